using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// The least |H B - T|² + α |B|², by the normal equations (HᵀH + αI) B = HᵀT, whose sums are gathered from parts of the examples: H need not be held as a whole. Sums are in double precision, products in H's.
/// </summary>
internal sealed class RidgeLeastSquares(int features, int outputs)
{
    // HᵀH is symmetric: of each panel of columns only what lies on and below the diagonal is computed.
    private const int Panel = 512;

    private readonly Tensor[] squares = [.. Enumerable.Range(0, (features + Panel - 1) / Panel).Select(panel => Tensor.Zeros([features - (panel * Panel), Math.Min(Panel, features - (panel * Panel))], DType.Float64))];
    private Tensor products = Tensor.Zeros([features, outputs], DType.Float64);

    /// <summary>Adds examples.</summary>
    /// <param name="h">(examples, features).</param>
    /// <param name="targets">(examples, outputs).</param>
    public void Add(Tensor h, Tensor targets)
    {
        for (int panel = 0; panel < squares.Length; panel++)
        {
            int start = panel * Panel;
            squares[panel] += h.Slice(start, features, axis: 1).MatMul(h.Slice(start, Math.Min(start + Panel, features), axis: 1), transposeThis: true).Cast(DType.Float64);
        }

        products += h.MatMul(targets.Cast(h.DType), transposeThis: true).Cast(DType.Float64);
    }

    /// <summary>Whether no sum has overflowed.</summary>
    public bool AreFinite => squares.Append(products).All(sums => sums.IsFinite().All().Item<bool>());

    /// <summary>B, Float64 (features, outputs).</summary>
    /// <exception cref="ArithmeticException">α is too small: rounding makes the equations singular.</exception>
    public Tensor Solve(double alpha)
    {
        Tensor matrix = Tensor.Concatenate([.. squares.Index().Select(one =>
            one.Index == 0 ? one.Item : Tensor.Concatenate([Tensor.Zeros([one.Index * Panel, one.Item.Shape[1]], DType.Float64), one.Item], 0))], 1);
        double[] numbers = matrix.ToArray<double>();
        for (int i = 0; i < features; i++)
            numbers[(i * features) + i] += alpha;
        return Cholesky.Solve(Cholesky.Factor(Tensor.From(numbers, [features, features])), products);
    }
}
