using System.Text.RegularExpressions;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;

namespace Laminet.Optimizers;

/// <summary>
/// Muon, which moves a matrix by its momentum made orthogonal: m = b m + g, d = g + b m (or m without Nesterov), X = d / |d|, n times X = a X + (b' A + c A²) X with A = X Xᵀ,
/// w -= r rmsRate sqrt(max(rows, columns)) X. Variables that are no matrices, embeddings, and layers that are excluded take steps of <see cref="Adam"/>. Jordan et al., "Muon:
/// an optimizer for hidden layers in neural networks", 2024; Liu et al., "Muon is scalable for LLM training", 2025. Keras: <c>Muon</c>; PyTorch: <c>optim.Muon</c>.
/// </summary>
/// <remarks>Exclude the last layer of a classifier too, as in <c>excludeLayers: ["output"]</c>.</remarks>
public sealed class Muon : Optimizer
{
    private readonly Regex[] excluded;
    private readonly Adam adam;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default.</param>
    /// <param name="adamBeta1">Adam's decay rate of the running mean of the gradient.</param>
    /// <param name="adamBeta2">Adam's decay rate of the running mean of the squared gradient.</param>
    /// <param name="adamWeightDecay">The weight decay of the variables that take Adam's steps; null for none.</param>
    /// <param name="epsilon">Keeps Adam's divisor from 0.</param>
    /// <param name="weightDecay">The weight decay of the matrices; null for none.</param>
    /// <param name="excludeLayers">Regular expressions: a variable whose path, as in <c>output/kernel</c>, has a match takes Adam's steps.</param>
    /// <param name="excludeEmbeddings">Whether a variable with "embedding" in its path takes Adam's steps.</param>
    /// <param name="muonA">The coefficient a.</param>
    /// <param name="muonB">The coefficient b'.</param>
    /// <param name="muonC">The coefficient c.</param>
    /// <param name="adamLrRatio">The learning rate of Adam's steps as a share of the learning rate.</param>
    /// <param name="momentum">The momentum b.</param>
    /// <param name="nsSteps">The number n of iterations.</param>
    /// <param name="nesterov">Whether the momentum looks ahead.</param>
    /// <param name="rmsRate">Scales the steps to the size of Adam's, so that rates and decays of Adam can be used; null to leave them as they are.</param>
    public Muon(
        LearningRateSchedule? learningRate = null, [SettingName("adam_beta_1")] double adamBeta1 = 0.9, [SettingName("adam_beta_2")] double adamBeta2 = 0.999,
        double? adamWeightDecay = 0.004, double epsilon = 1e-7, double? weightDecay = 0.004, IReadOnlyList<string>? excludeLayers = null, bool excludeEmbeddings = true,
        double muonA = 3.4445, double muonB = -4.775, double muonC = 2.0315, double adamLrRatio = 1, double momentum = 0.95, int nsSteps = 5, bool nesterov = true, double? rmsRate = 0.2)
        : base(learningRate ?? 0.001)
    {
        (AdamBeta1, AdamBeta2, Epsilon, WeightDecay) = (Share(adamBeta1), Share(adamBeta2), Positive(epsilon), weightDecay);
        AdamWeightDecay = Setting.Require(adamWeightDecay, adamWeightDecay is null or >= 0, "zero or more, or null");
        (ExcludeLayers, ExcludeEmbeddings) = ([.. excludeLayers ?? []], excludeEmbeddings);
        excluded = [.. ExcludeLayers.Select(pattern => PathExpression.Of(pattern, $"excludeLayers with '{pattern}'", nameof(excludeLayers)))];
        MuonA = Setting.Require(muonA, double.IsFinite(muonA), "a finite number");
        MuonB = Setting.Require(muonB, double.IsFinite(muonB), "a finite number");
        MuonC = Setting.Require(muonC, double.IsFinite(muonC), "a finite number");
        AdamLrRatio = Positive(adamLrRatio);
        Momentum = Share(momentum);
        NsSteps = Setting.Require(nsSteps, nsSteps >= 1, "1 or more");
        Nesterov = nesterov;
        RmsRate = Setting.Require(rmsRate, rmsRate is null or > 0, "above 0, or null");
        adam = new Adam(0, adamBeta1, adamBeta2, epsilon);
    }

    public double AdamBeta1 { get; }
    public double AdamBeta2 { get; }
    public double? AdamWeightDecay { get; }
    public double Epsilon { get; }
    public IReadOnlyList<string> ExcludeLayers { get; }
    public bool ExcludeEmbeddings { get; }
    public double MuonA { get; }
    public double MuonB { get; }
    public double MuonC { get; }
    public double AdamLrRatio { get; }
    public double Momentum { get; }
    public int NsSteps { get; }
    public bool Nesterov { get; }
    public double? RmsRate { get; }

    // Those of Adam's steps; a matrix has the first alone.
    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("momentum", 0), ("velocity", 0)];

    private protected override IEnumerable<Slot> OwnSlotsOf(Variable variable) => base.OwnSlotsOf(variable).Take(TakesAdam(variable) ? 2 : 1);

    private protected override double? WeightDecayOf(Variable variable) => TakesAdam(variable) ? AdamWeightDecay : WeightDecay;

    private protected override bool TakesMomentum => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step) => [rate, MomentumAt(step, Momentum), .. adam.Numbers(rate * AdamLrRatio, step)];

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(scalars);
        if (slots.Count == 2)
        {
            adam.Change(variable, gradient, slots, Tensor.Stack([scalars.At(0), scalars.At(1), scalars.At(2), scalars.At(5), scalars.At(6)]));
            return;
        }

        Tensor clipped = Clipped(gradient, scalars), kept = scalars.At(4).Cast(variable.DType), momentum = (slots[0].Value * kept) + clipped;
        slots[0].Assign(momentum);
        Tensor step = Orthogonal(Nesterov ? clipped + (momentum * kept) : momentum);
        double scale = RmsRate is { } rate ? Math.Sqrt(Math.Max(variable.Shape[0], variable.Shape[1])) * rate : 1;
        variable.Assign(Decayed(variable, scalars) - (step * (scalars.At(3) * scale).Cast(variable.DType)));
    }

    /// <summary>A matrix with nearly the same singular vectors and singular values near 1, by Newton and Schulz's iteration.</summary>
    internal Tensor Orthogonal(Tensor matrix)
    {
        bool isTall = matrix.Shape[^2] > matrix.Shape[^1];
        Tensor x = isTall ? matrix.Transpose() : matrix;
        // Zeros stay zeros.
        x /= Clipping.GlobalNorm([x]).Cast(x.DType) + 1e-7;
        for (int step = 0; step < NsSteps; step++)
        {
            Tensor square = x.MatMul(x, transposeOther: true);
            x = (x * MuonA) + ((square * MuonB) + (square.MatMul(square) * MuonC)).MatMul(x);
        }

        return isTall ? x.Transpose() : x;
    }

    private bool TakesAdam(Variable variable)
    {
        string path = PathOf(variable);
        return variable.Shape.Rank != 2 || (ExcludeEmbeddings && path.Contains("embedding", StringComparison.OrdinalIgnoreCase))
            || Array.Exists(excluded, expression => expression.IsMatch(path));
    }
}
