using Laminet.Tensors;

namespace Laminet.Regularizers;

/// <summary>
/// factor times the mean of |cosine| over the pairs of rows (or columns) of a matrix, as Keras counts it: half the sum over ordered pairs, divided by the number of pairs. It
/// drives them to be orthogonal, and leaves their lengths free. Keras: <c>OrthogonalRegularizer</c>.
/// </summary>
/// <param name="factor">The factor; zero or more.</param>
/// <param name="mode">Whether the rows or the columns are to be orthogonal.</param>
public sealed class OrthogonalRegularizer(double factor = 0.01, OrthogonalMode mode = OrthogonalMode.Rows) : Regularizer
{
    public double Factor { get; } = Penalty(factor);
    public OrthogonalMode Mode { get; } = mode;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The tensor is no matrix.</exception>
    public override Tensor Call(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 2)
            throw new ShapeException($"OrthogonalRegularizer: received a tensor of shape {x.Shape}; expected a matrix. Reshape the weights, or take L2.");
        Tensor rows = Mode == OrthogonalMode.Rows ? x : x.Transpose();
        int count = rows.Shape[0];
        Tensor unit = rows / rows.Norm(1, keepDims: true).Clip(1e-12, double.PositiveInfinity);
        Tensor cosines = unit.MatMul(unit.Transpose()) * (1 - Tensor.Identity(count, x.DType));
        // One row alone has no pair; Keras divides 0 by 0.
        return cosines.Abs().Sum() * (Factor / Math.Max(1, (double)count * (count - 1)));
    }
}
