using Laminet.Configuration;
using Laminet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Estimators;

/// <summary>
/// Principal component analysis: the directions in which the data vary most, each at a right angle to those before it. <see cref="Transform"/> gives (x - mean) Vᵀ with the components as the rows of V.
/// scikit-learn's <c>PCA</c>; of the two signs of a component, its entry of the greatest absolute value is positive, as in scikit-learn 1.5 and newer. The decomposition is that of the covariance, or
/// of the products of examples where there are fewer examples than features: components whose deviation is below about 1e-8 of the greatest are rounding.
/// Pearson: On lines and planes of closest fit to systems of points in space, 1901.
/// </summary>
public sealed class PCA : Transformer
{
    /// <summary>How many components are kept; null for all, which are as many as the smaller of examples and features.</summary>
    public int? NComponents { get; set => field = Setting.Require(value, value is null or >= 1, "1 or more, or null for all", nameof(NComponents)); }

    /// <summary>Whether each new column is divided by its deviation, so that it has the deviation 1; false by default.</summary>
    public bool Whiten { get; set; }

    /// <summary>The mean of each feature, Float64 (features,).</summary>
    public Tensor? Mean { get; private set; }

    /// <summary>The directions, Float64 (components, features), each of length 1.</summary>
    public Tensor? Components { get; private set; }

    /// <summary>The variance along each direction, divided by n - 1, Float64 (components,), falling.</summary>
    public Tensor? ExplainedVariance { get; private set; }

    /// <summary>The share of the whole variance along each direction, Float64 (components,); 0 where the data are constant.</summary>
    public Tensor? ExplainedVarianceRatio { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are fewer than two examples, or fewer examples or features than components are asked for.</exception>
    public override void Fit(Tensor x)
    {
        Examples.Require(nameof(PCA), x);
        (int examples, int features) = (x.Shape[0], x.Shape[1]);
        int most = Math.Min(examples, features), count = NComponents ?? most;
        if (examples < 2)
            throw new ArgumentException($"{nameof(PCA)}: received one example; a variance needs at least two.", nameof(x));
        if (count > most)
            throw new ArgumentException($"{nameof(PCA)}: {nameof(NComponents)} is {count}, and x has {examples} examples of {features} features; expected at most {most}. Set {nameof(NComponents)} lower, or to null.", nameof(x));
        Fitting(x);
        Tensor numbers = x.Cast(DType.Float64);
        Mean = numbers.Mean(0);
        Tensor centred = numbers - Mean;
        bool ofFeatures = features <= examples;
        // Products scaled to about 1: the squares of huge numbers overflow.
        double scale = Math.Max(centred.Abs().Max().ToDouble(), 1e-300);
        Tensor scaled = centred / scale;
        double[] matrix = (ofFeatures ? scaled.MatMul(scaled, transposeThis: true) : scaled.MatMul(scaled, transposeOther: true)).ToArray<double>();
        Tensor variances = Tensor.From([.. SymmetricEigen.Decompose(matrix, most).Select(value => Math.Max(value, 0) / (examples - 1))], [most]);
        Tensor vectors = Tensor.From(matrix, [most, most]).Slice(0, count);
        double[] components = (ofFeatures ? vectors : vectors.MatMul(scaled)).ToArray<double>();
        Orthonormalize(components, count, features);
        Components = Tensor.From(components, [count, features]);
        ExplainedVariance = variances.Slice(0, count) * scale * scale;
        ExplainedVarianceRatio = variances.Slice(0, count) / Math.Max(variances.Sum().ToDouble(), 1e-300);
    }

    /// <inheritdoc/>
    public override Tensor Transform(Tensor x)
    {
        Tensor result = (Applying(x).Cast(DType.Float64) - Mean!).MatMul(Components!, transposeOther: true);
        return (Whiten ? result / Deviations : result).Cast(x.DType);
    }

    /// <summary>The data that the columns stand for; without the components that were left out, their nearest.</summary>
    /// <param name="x">(examples, components).</param>
    public override Tensor InverseTransform(Tensor x)
    {
        RequireFitted();
        Examples.Require(nameof(PCA), x);
        if (x.Shape[1] != Components!.Shape[0])
            throw new ShapeException($"{nameof(PCA)}: received {x.Shape[1]} columns; expected {Components.Shape[0]}, one for each component.");
        Tensor columns = x.Cast(DType.Float64);
        return ((Whiten ? columns * Deviations : columns).MatMul(Components) + Mean!).Cast(x.DType);
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() =>
        new Dictionary<string, Tensor> { ["mean"] = Mean!, ["components"] = Components!, ["variance"] = ExplainedVariance!, ["ratio"] = ExplainedVarianceRatio! };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state) =>
        (Mean, Components, ExplainedVariance, ExplainedVarianceRatio) = (state["mean"], state["components"], state["variance"], state["ratio"]);

    // A direction without variance keeps its scale.
    private Tensor Deviations => Examples.NoZeros(ExplainedVariance!.Sqrt(), Tensor.Scalar(0.0));

    /// <summary>Makes rows into directions at right angles, twice over for full precision; one that vanishes, as where the data have no more variance, becomes any direction that is left.</summary>
    private static void Orthonormalize(double[] rows, int count, int length)
    {
        int unused = 0;
        for (int row = 0; row < count; row++)
        {
            Span<double> own = rows.AsSpan(row * length, length);
            double before = Norm(own);
            Clear(own, row);
            Clear(own, row);
            while (Norm(own) is var norm && (norm == 0 || norm < 1e-8 * before))
            {
                own.Clear();
                own[unused++] = before = 1;
                Clear(own, row);
                Clear(own, row);
            }

            double factor = 1 / Norm(own);
            double greatest = 0;
            foreach (double number in own)
                greatest = Math.Abs(number) > Math.Abs(greatest) ? number : greatest;
            foreach (ref double number in own)
                number *= greatest < 0 ? -factor : factor;
        }

        void Clear(Span<double> own, int row)
        {
            for (int earlier = 0; earlier < row; earlier++)
            {
                ReadOnlySpan<double> other = rows.AsSpan(earlier * length, length);
                double share = TensorPrimitives.Dot(own, other);
                TensorPrimitives.MultiplyAdd(other, -share, own, own);
            }
        }

        static double Norm(ReadOnlySpan<double> row) => TensorPrimitives.Norm(row);
    }
}
