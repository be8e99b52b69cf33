using Laminet.Configuration;
using Laminet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Estimators;

/// <summary>
/// A linear support vector machine for many examples: the least ½ (|w|² + b²) + C Σ loss(1 - y (w x + b)), y = ±1. Several classes: each against all others. The weights are those of scikit-learn's
/// <c>LinearSVC</c>, which counts the bias as a weight, too. The solver moves one dual variable after the other, each to its best: the time grows with the number of examples, not its square.
/// Hsieh, Chang, Lin, Keerthi, Sundararajan: A dual coordinate descent method for large-scale linear SVM, 2008.
/// </summary>
/// <example><code>
/// var machine = new Pipeline(("scale", new StandardScaler()), ("svm", new LinearSVC { C = 0.1 }));
/// machine.Fit(x, y);
/// </code></example>
public sealed class LinearSVC : LinearClassifier
{
    /// <summary>What a violated margin costs, C; 1 by default.</summary>
    public double C { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(C)); } = 1;

    /// <summary>The loss; <see cref="SvmLoss.SquaredHinge"/> by default.</summary>
    public SvmLoss Loss { get; set; } = SvmLoss.SquaredHinge;

    /// <summary>Whether there is a bias b; true by default.</summary>
    public bool FitIntercept { get; set; } = true;

    /// <summary>The feature that the bias is the weight of; 1 by default. The greater, the less the bias is kept small.</summary>
    public double InterceptScaling { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(InterceptScaling)); } = 1;

    /// <summary>The solver ends where no slope of the dual is greater that still could lead on; 1e-4 by default.</summary>
    public double Tol { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(Tol)); } = 1e-4;

    /// <summary>The greatest number of passes; 1,000 by default. <see cref="LinearClassifier.NIter"/> says how many there were: as many mean that the optimum was not reached.</summary>
    public int MaxIter { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(MaxIter)); } = 1000;

    /// <summary>Names the orders of the passes.</summary>
    public ulong RandomState { get; set; }

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">It was cancelled: what was learned before is kept.</exception>
    public override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        (ClassLabels found, Tensor signs) = Starting(x, y);
        Tensor numbers = x.Cast(DType.Float64);
        (int examples, int features, int outputs) = (x.Shape[0], x.Shape[1], signs.Shape[1]);
        if (FitIntercept)
            numbers = Tensor.Concatenate([numbers, Tensor.Full([examples, 1], InterceptScaling, DType.Float64)], 1);
        double[] rows = numbers.ToArray<double>(), squares = numbers.Square().Sum(1).ToArray<double>(), sides = signs.Transpose().ToArray<double>(), weights = new double[outputs * numbers.Shape[1]];
        int[] passes = new int[outputs];
        Parallel.For(0, outputs, new ParallelOptions { MaxDegreeOfParallelism = Engine.Threads, CancellationToken = cancellation }, output =>
            passes[output] = Solve(rows, squares, sides.AsSpan(output * examples, examples), weights.AsSpan(output * numbers.Shape[1], numbers.Shape[1]), new RandomKey(RandomState).Fold((ulong)output), cancellation));
        Tensor all = Tensor.From(weights, [outputs, numbers.Shape[1]]);
        Tensor biases = FitIntercept ? all.Slice(features, features + 1, axis: 1).Reshape([outputs]) * InterceptScaling : Tensor.Zeros([outputs], DType.Float64);
        Learned(x, found, all.Slice(0, features, axis: 1), biases, passes.Max());
    }

    // The dual: the least ½|Σ α y x|² + ½ D Σ α² - Σ α with each α from 0 to U; w = Σ α y x.
    private int Solve(double[] rows, double[] squares, ReadOnlySpan<double> signs, Span<double> weights, RandomKey key, CancellationToken cancellation)
    {
        (double most, double shift) = Loss == SvmLoss.Hinge ? (C, 0) : (double.PositiveInfinity, 0.5 / C);
        double[] alphas = new double[signs.Length];
        int pass = 0;
        for (bool isOptimal = false; !isOptimal && pass < MaxIter; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            double greatest = 0;
            foreach (int example in Order(signs.Length, true, key.Fold((ulong)pass)))
            {
                double curvature = squares[example] + shift;
                // An example of zeros alone changes no weight.
                if (curvature == 0)
                    continue;
                ReadOnlySpan<double> row = rows.AsSpan(example * weights.Length, weights.Length);
                double alpha = alphas[example], slope = (signs[example] * TensorPrimitives.Dot<double>(row, weights)) - 1 + (shift * alpha);
                // On a bound only a slope that leads away from it counts.
                double free = alpha <= 0 ? Math.Min(slope, 0) : alpha >= most ? Math.Max(slope, 0) : slope;
                greatest = Math.Max(greatest, Math.Abs(free));
                if (free == 0)
                    continue;
                alphas[example] = Math.Clamp(alpha - (slope / curvature), 0, most);
                TensorPrimitives.MultiplyAdd(row, (alphas[example] - alpha) * signs[example], weights, weights);
            }

            isOptimal = greatest <= Tol;
        }

        return pass;
    }
}
