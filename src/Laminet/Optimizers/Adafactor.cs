using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;

namespace Laminet.Optimizers;

/// <summary>
/// Adafactor, which keeps of a matrix's squared gradients only the means r of its rows and c of its columns, so that it takes little memory: with b = 1 - t^decay and q = g² +
/// epsilon1, r = b r + (1 - b) mean(q by row), c = b c + (1 - b) mean(q by column), v = r c / mean(r); for vectors v = b v + (1 - b) q. Then u = g / sqrt(v) and w -=
/// max(epsilon2, rms(w)) min(rate, 1 / sqrt(t)) u / max(1, rms(u) / threshold). Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost", 2018.
/// Keras: <c>Adafactor</c>; PyTorch: <c>optim.Adafactor</c>.
/// </summary>
/// <param name="learningRate">The largest relative size of a step, a number or a schedule; 0.001 by default.</param>
/// <param name="beta2Decay">The exponent of the decay, at most 0.</param>
/// <param name="epsilon1">Keeps the squared gradients from 0.</param>
/// <param name="epsilon2">The smallest size of a variable that its steps are relative to.</param>
/// <param name="clipThreshold">The largest root mean square of a step before it is scaled.</param>
/// <param name="relativeStep">Kept for the settings of Keras. As in Keras 3.16, the rate is limited by 1 / sqrt(t) in either case.</param>
public sealed class Adafactor(
    LearningRateSchedule? learningRate = null, [SettingName("beta_2_decay")] double beta2Decay = -0.8, [SettingName("epsilon_1")] double epsilon1 = 1e-30,
    [SettingName("epsilon_2")] double epsilon2 = 1e-3, double clipThreshold = 1, bool relativeStep = true) : Optimizer(learningRate ?? 0.001)
{
    public double Beta2Decay { get; } = Setting.Require(beta2Decay, beta2Decay <= 0 && double.IsFinite(beta2Decay), "zero or less");
    public double Epsilon1 { get; } = Positive(epsilon1);
    public double Epsilon2 { get; } = Positive(epsilon2);
    public double ClipThreshold { get; } = Setting.Require(clipThreshold, clipThreshold > 0 && double.IsFinite(clipThreshold), "above 0");
    public bool RelativeStep { get; } = relativeStep;

    // Those of a vector; a matrix has two of lower rank.
    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("velocity", 0)];

    private protected override IEnumerable<Slot> OwnSlotsOf(Variable variable)
    {
        Shape shape = variable.Shape;
        return shape.Rank < 2 ? base.OwnSlotsOf(variable) : [new Slot("row", shape[..^1], 0), new Slot("column", [.. shape.Dimensions[..^2], shape[^1]], 0)];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step)
    {
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(step);
        return [rate.Minimum(1 / step.Sqrt()), 1 - step.Pow(Beta2Decay)];
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(scalars);
        Tensor clipped = Clipped(gradient, scalars), value = Decayed(variable, scalars), square = clipped.Square() + Epsilon1;
        Tensor kept = scalars.At(4).Cast(variable.DType);
        Tensor velocity;
        if (variable.Shape.Rank < 2)
        {
            velocity = Mean(slots[0], square);
        }
        else
        {
            Tensor row = Mean(slots[0], square.Mean(-1)), column = Mean(slots[1], square.Mean(-2));
            velocity = (row / row.Mean(-1, keepDims: true)).ExpandDims(-1) * column.ExpandDims(-2);
        }

        Tensor step = clipped / velocity.Sqrt();
        Tensor size = RootMeanSquare(value).Maximum(Tensor.Scalar(Epsilon2, variable.DType)) * scalars.At(3).Cast(variable.DType);
        variable.Assign(value - (step * (size / (RootMeanSquare(step) / ClipThreshold).Maximum(Tensor.Scalar(1.0, variable.DType)))));

        Tensor Mean(Variable slot, Tensor next)
        {
            Tensor mean = (slot.Value * kept) + (next * (1 - kept));
            slot.Assign(mean);
            return mean;
        }

        static Tensor RootMeanSquare(Tensor tensor) => tensor.Square().Mean().Sqrt();
    }
}
