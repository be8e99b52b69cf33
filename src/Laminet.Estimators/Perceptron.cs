using Laminet.Configuration;
using Laminet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Estimators;

/// <summary>
/// Rosenblatt's perceptron. For each example (x, y), y = ±1, that w x + b does not put on its side, y (w x + b) ≤ 0: w += η y x, b += η y. If the classes can be separated, there are at most (R / γ)² such
/// mistakes in all, where R is the greatest length of (x, 1) and γ the least distance of an example from the best (w, b), of length 1 (Novikoff); if they cannot, as exclusive or, the mistakes never end.
/// Settings and weights are those of scikit-learn's <c>Perceptron</c> without a penalty.
/// Rosenblatt: The perceptron: a probabilistic model for information storage and organization in the brain, 1958; Novikoff: On convergence proofs on perceptrons, 1962.
/// </summary>
/// <example><code>
/// Perceptron perceptron = new() { Tol = null };
/// perceptron.Fit(x, y);                                    // (examples, features), (examples,)
/// Console.WriteLine($"{perceptron.Mistakes.Sum()} mistakes in {perceptron.NIter} passes");
/// </code></example>
public sealed class Perceptron : LinearClassifier
{
    private List<int> mistakes = [];

    /// <summary>The rate η; 1 by default. As the weights start at 0, another one scales them and changes no prediction.</summary>
    public double Eta0 { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(Eta0)); } = 1;

    /// <summary>Whether there is a bias b; true by default.</summary>
    public bool FitIntercept { get; set; } = true;

    /// <summary>The greatest number of passes; 1,000 by default. A pass without a mistake is the last.</summary>
    public int MaxIter { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(MaxIter)); } = 1000;

    /// <summary>A pass counts as no progress if its mean loss max(0, -y (w x + b)) is not below the least so far by this much; 1e-3 by default. Null: only <see cref="MaxIter"/> or a pass without a mistake ends the training.</summary>
    public double? Tol { get; set => field = Setting.Require(value, value is null or (>= 0 and < double.PositiveInfinity), "0 or more, or null", nameof(Tol)); } = 1e-3;

    /// <summary>So many passes without progress end the training; 5 by default.</summary>
    public int NIterNoChange { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(NIterNoChange)); } = 5;

    /// <summary>Whether each pass has its own random order; true by default. Without it the weights are scikit-learn's.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>Names the orders.</summary>
    public ulong RandomState { get; set; }

    /// <summary>How many mistakes there were in each pass; of several classes added up.</summary>
    public IReadOnlyList<int> Mistakes => mistakes;

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">It was cancelled: what was learned before is kept.</exception>
    public override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        (ClassLabels found, Tensor signs) = Starting(x, y);
        (int examples, int features, int outputs) = (x.Shape[0], x.Shape[1], signs.Shape[1]);
        double[] numbers = x.Cast(DType.Float64).ToArray<double>(), sides = signs.Transpose().ToArray<double>();
        double[] weights = new double[outputs * features], biases = new double[outputs];
        List<int>[] counts = new List<int>[outputs];
        for (int output = 0; output < outputs; output++)
        {
            int first = output * features;
            (biases[output], counts[output]) = Learn(numbers, sides.AsSpan(output * examples, examples), weights.AsSpan(first, features), cancellation);
        }

        Learned(x, found, Tensor.From(weights, [outputs, features]), Tensor.From(biases), counts.Max(own => own.Count));
        mistakes = [.. Enumerable.Range(0, NIter).Select(pass => counts.Sum(own => pass < own.Count ? own[pass] : 0))];
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() => new Dictionary<string, Tensor>(base.GetState()) { ["mistakes"] = Tensor.From(mistakes.ToArray()) };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
        base.SetState(state);
        mistakes = [.. state["mistakes"].ToArray<int>()];
    }

    private (double Bias, List<int> Mistakes) Learn(double[] x, ReadOnlySpan<double> signs, Span<double> weights, CancellationToken cancellation)
    {
        (double bias, double least, int idle) = (0, double.PositiveInfinity, 0);
        List<int> counts = [];
        for (int pass = 0; pass < MaxIter && idle < NIterNoChange; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            (double loss, int wrong) = (0, 0);
            foreach (int example in Order(signs.Length, Shuffle, new RandomKey(RandomState).Fold((ulong)pass)))
            {
                ReadOnlySpan<double> row = x.AsSpan(example * weights.Length, weights.Length);
                double margin = signs[example] * (TensorPrimitives.Dot(row, weights) + bias);
                if (margin > 0)
                    continue;
                (loss, wrong) = (loss - margin, wrong + 1);
                TensorPrimitives.MultiplyAdd(row, Eta0 * signs[example], weights, weights);
                bias += FitIntercept ? Eta0 * signs[example] : 0;
            }

            counts.Add(wrong);
            if (wrong == 0)
                break;
            idle = loss > least - (Tol * signs.Length) ? idle + 1 : 0;
            least = Math.Min(loss, least);
        }

        return (bias, counts);
    }
}
