using System.Globalization;
using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Estimators;

/// <summary>
/// The adaptive linear neuron: w x + b comes near the side y = ±1 itself, and not only onto the right side, in the least squares. The delta rule, for each batch of examples:
/// e = y - (w x + b), w += η mean(e x), b += η mean(e). It has one best w, also where the classes cannot be separated.
/// Widrow, Hoff: Adaptive switching circuits, 1960.
/// </summary>
/// <example><code>
/// Adaline adaline = new() { Eta0 = 0.05, BatchSize = null };
/// adaline.Fit(new StandardScaler().FitTransform(x), y);
/// </code></example>
public sealed class Adaline : LinearClassifier
{
    // A cost of 1 is that of weights of 0.
    private const double Useless = 2;

    private List<double> costs = [];

    /// <summary>The rate η; 0.01 by default. It must be below 2 divided by the greatest eigenvalue of the mean of (x, 1)ᵀ(x, 1), for single examples below 2 / |(x, 1)|²: scale the features.</summary>
    public double Eta0 { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(Eta0)); } = 0.01;

    /// <summary>How many examples a step averages over; 1 by default, as in the paper. Null for all at once.</summary>
    public int? BatchSize { get; set => field = Setting.Require(value, value is null or >= 1, "1 or more, or null for all", nameof(BatchSize)); } = 1;

    /// <summary>Whether there is a bias b; true by default.</summary>
    public bool FitIntercept { get; set; } = true;

    /// <summary>The greatest number of passes; 100 by default.</summary>
    public int MaxIter { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(MaxIter)); } = 100;

    /// <summary>A pass whose cost differs from that of the one before by less than this ends the training; 1e-6 by default.</summary>
    public double Tol { get; set => field = Setting.Require(value, value >= 0 && double.IsFinite(value), "0 or more", nameof(Tol)); } = 1e-6;

    /// <summary>Whether each pass has its own random order; true by default.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>Names the orders.</summary>
    public ulong RandomState { get; set; }

    /// <summary>The mean of e² in each pass, over the examples and outputs, each e as it was when its batch came.</summary>
    public IReadOnlyList<double> Costs => costs;

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">It was cancelled: what was learned before is kept.</exception>
    /// <exception cref="ArgumentException">The rate is too large for the data, so that the weights grow without end; or the data or targets do not fit.</exception>
    public override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        (ClassLabels found, Tensor signs) = Starting(x, y);
        Tensor numbers = x.Cast(DType.Float64);
        (int examples, int features, int outputs) = (x.Shape[0], x.Shape[1], signs.Shape[1]);
        Variable weights = new(Tensor.Zeros([outputs, features], DType.Float64), "coef"), biases = new(Tensor.Zeros([outputs], DType.Float64), "intercept"), squares = new(Tensor.Scalar(0.0), "squares");
        CompiledFunction step = Function.Compile(inputs =>
        {
            Tensor errors = inputs[1] - (inputs[0].MatMul(weights.Value, transposeOther: true) + biases.Value);
            double rate = Eta0 / inputs[0].Shape[0];
            weights.Assign(weights.Value + (rate * errors.MatMul(inputs[0], transposeThis: true)));
            if (FitIntercept)
                biases.Assign(biases.Value + (rate * errors.Sum(0)));
            squares.Assign(squares.Value + errors.Square().Sum());
            return [];
        }, "delta rule");
        List<double> passed = [];
        for (int pass = 0; pass < MaxIter; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor order = Tensor.From(Order(examples, Shuffle, new RandomKey(RandomState).Fold((ulong)pass)));
            (Tensor ordered, Tensor sides) = Shuffle ? (numbers.Gather(order, 0), signs.Gather(order, 0)) : (numbers, signs);
            squares.Assign(Tensor.Scalar(0.0));
            int size = Math.Min(BatchSize ?? examples, examples);
            for (int start = 0; start < examples; start += size)
                step.Call(ordered.Slice(start, Math.Min(start + size, examples)), sides.Slice(start, Math.Min(start + size, examples)));
            passed.Add(squares.Value.ToDouble() / signs.Length);
            // Its square would overflow before the weights do.
            if (!(passed[^1] < 1e100) || (pass > 0 && Math.Abs(passed[^1] - passed[^2]) < Tol))
                break;
        }

        if (!(passed[^1] <= Useless))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{nameof(Adaline)}: the weights grow without end (cost {passed[^1]:G3} in pass {passed.Count}); {nameof(Eta0)} = {Eta0} is too large for these features. Scale them with StandardScaler, or lower {nameof(Eta0)}."), nameof(x));
        }

        Learned(x, found, weights.Value, biases.Value, passed.Count);
        costs = passed;
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() => new Dictionary<string, Tensor>(base.GetState()) { ["costs"] = Tensor.From(costs.ToArray()) };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
        base.SetState(state);
        costs = [.. state["costs"].ToArray<double>()];
    }
}
