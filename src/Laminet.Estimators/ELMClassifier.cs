using System.Globalization;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// An extreme learning machine: one hidden layer whose weights are drawn and never learned, H = g(x W + b), and outputs H B that are fitted at once, as the least |H B - T|² + α |B|² with T = ±1 for each class.
/// There is nothing to iterate: the time is that of HᵀH and of one Cholesky factorisation.
/// Huang, Zhu, Siew: Extreme learning machine: theory and applications, 2006; with a ridge: Huang, Zhou, Ding, Zhang, 2012. Random hidden weights with fitted outputs are older: Schmidt, Kraaijveld, Duin, 1992.
/// </summary>
/// <example><code>
/// ELMClassifier machine = new() { HiddenUnits = 2000, RandomState = 1 };
/// machine.Fit(x, y);                       // (examples, features) of about 0 to 1, (examples,)
/// </code></example>
public sealed class ELMClassifier : Estimator
{
    // Hidden values of so many at once: 64 MB in single precision.
    private const int Chunk = 1 << 24;

    private ClassLabels? labels;

    // Of the fit: the setting may be changed after it.
    private HiddenActivation activation;

    /// <summary>How many hidden units; 1,000 by default. The time of the fit grows with their square.</summary>
    public int HiddenUnits { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(HiddenUnits)); } = 1000;

    /// <summary>The hidden units' function g; <see cref="HiddenActivation.Relu"/> by default.</summary>
    public HiddenActivation Activation { get; set; } = HiddenActivation.Relu;

    /// <summary>The deviation of weights and biases before they are divided by √features; 1 by default. For activations that saturate, the inputs of the units should vary by about 1.</summary>
    public double WeightScale { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(WeightScale)); } = 1;

    /// <summary>The ridge α; 1e-3 by default. It is added to the sums over all examples.</summary>
    public double Alpha { get; set => field = Setting.Require(value, value >= 0 && double.IsFinite(value), "0 or more", nameof(Alpha)); } = 1e-3;

    /// <summary>Names the hidden weights.</summary>
    public ulong RandomState { get; set; }

    /// <summary>The drawn W, (features, hidden units), in the type of x.</summary>
    public Tensor? HiddenCoef { get; private set; }

    /// <summary>The drawn b, (hidden units,).</summary>
    public Tensor? HiddenIntercept { get; private set; }

    /// <summary>The fitted B, Float64 (hidden units, outputs): one output for two classes, else one for each.</summary>
    public Tensor? Coef { get; private set; }

    /// <summary>The classes, ascending, in the type of the targets.</summary>
    public Tensor? Classes => labels?.Classes;

    /// <inheritdoc/>
    public override bool IsClassifier => true;

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">It was cancelled: what was learned before is kept.</exception>
    /// <exception cref="ArgumentException">The equations are singular, as with more units than examples and no ridge; or the data or targets do not fit.</exception>
    public override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        ClassLabels found = ClassLabels.OfOne(nameof(ELMClassifier), x, y);
        Tensor targets = (2 * found.Encode(nameof(ELMClassifier), y)) - 1;
        int features = x.Shape[1];
        RandomKey key = new(RandomState);
        double deviation = WeightScale / Math.Sqrt(features);
        (Tensor weights, Tensor biases) = (key.Fold(0).Normal([features, HiddenUnits], 0, deviation, x.DType), key.Fold(1).Normal([HiddenUnits], 0, deviation, x.DType));
        RidgeLeastSquares squares = new(HiddenUnits, targets.Shape[1]);
        foreach ((int start, int end) in Parts(x.Shape[0]))
        {
            cancellation.ThrowIfCancellationRequested();
            squares.Add(Hidden(x.Slice(start, end), weights, biases, Activation), targets.Slice(start, end));
        }

        if (!squares.AreFinite)
            throw Examples.TooLarge(nameof(ELMClassifier), x);
        try
        {
            Coef = squares.Solve(Alpha);
        }
        catch (ArithmeticException exception)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{nameof(ELMClassifier)}: the equations of {HiddenUnits} units and {x.Shape[0]} examples are singular with {nameof(Alpha)} = {Alpha}. Set {nameof(Alpha)} higher, take fewer units, or cast x to Float64."), nameof(x), exception);
        }

        Fitted(x);
        (HiddenCoef, HiddenIntercept, labels, activation) = (weights, biases, found, Activation);
    }

    /// <summary>H B: (examples,) for two classes, above 0 for the greater one; else (examples, classes).</summary>
    /// <param name="x">(examples, features).</param>
    public Tensor DecisionFunction(Tensor x)
    {
        Tensor known = Applying(x), weights = HiddenCoef!.Cast(x.DType), biases = HiddenIntercept!.Cast(x.DType), outputs = Coef!.Cast(x.DType);
        Tensor decisions = Tensor.Concatenate([.. Parts(x.Shape[0]).Select(part => Hidden(known.Slice(part.Start, part.End), weights, biases, activation).MatMul(outputs))], 0);
        return decisions.Shape[1] == 1 ? decisions.Squeeze(1) : decisions;
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor x) => labels!.DecodeSigned(DecisionFunction(x));

    /// <inheritdoc/>
    public override double Score(Tensor x, Tensor y) => Scores.Accuracy(y, Predict(x));

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() =>
        new Dictionary<string, Tensor> { ["hidden_coef"] = HiddenCoef!, ["hidden_intercept"] = HiddenIntercept!, ["coef"] = Coef!, ["activation"] = Tensor.From((int)activation), ["classes"] = Classes! };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (HiddenCoef, HiddenIntercept, Coef) = (state["hidden_coef"], state["hidden_intercept"], state["coef"]);
        (labels, activation) = (ClassLabels.From(state["classes"], false), (HiddenActivation)state["activation"].ToArray<int>()[0]);
    }

    private static Tensor Hidden(Tensor x, Tensor weights, Tensor biases, HiddenActivation activation)
    {
        Tensor inputs = x.MatMul(weights) + biases;
        return activation switch
        {
            HiddenActivation.Relu => inputs.Relu(),
            HiddenActivation.Logistic => inputs.Sigmoid(),
            HiddenActivation.Tanh => inputs.Tanh(),
            _ => inputs,
        };
    }

    private IEnumerable<(int Start, int End)> Parts(int examples)
    {
        int size = Math.Max(1, Chunk / HiddenUnits);
        for (int start = 0; start < examples; start += size)
            yield return (start, Math.Min(start + size, examples));
    }
}
