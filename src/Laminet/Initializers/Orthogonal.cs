using System.Numerics.Tensors;
using Laminet.Configuration;
using Laminet.Tensors;
using Tensor = Laminet.Tensors.Tensor;

namespace Laminet.Initializers;

/// <summary>
/// A random matrix with orthonormal columns (or orthonormal rows, if it has fewer rows than columns), times gain: W = gain Q with QᵀQ = I (or QQᵀ = I). All axes before the
/// last count as rows. Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014. Keras: <c>Orthogonal</c>;
/// PyTorch: <c>nn.init.orthogonal_</c>.
/// </summary>
/// <param name="gain">The factor of the orthonormal vectors.</param>
public sealed class Orthogonal(double gain = 1) : Initializer
{
    public double Gain { get; } = Setting.Require(gain, double.IsFinite(gain), "a finite number");

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The shape has fewer than two axes.</exception>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32)
    {
        if (shape.Rank < 2)
            throw new ShapeException($"Orthogonal: received the shape {shape}; expected at least two axes.");
        int columns = shape[-1], rows = columns == 0 ? 0 : shape.ElementCount / columns;
        (int count, int length) = (Math.Min(rows, columns), Math.Max(rows, columns));
        double[] vectors = key.Normal([count, length], dtype: DType.Float64).ToArray<double>();
        Orthonormalize(vectors, count, length);
        Tensor matrix = Tensor.From(vectors, [count, length]);
        // The vectors lie in rows; they are the columns of a matrix that is higher than wide.
        return ((rows > columns ? matrix.Transpose() : matrix) * Gain).Reshape(shape).Cast(dtype);
    }

    // Gram and Schmidt's method, twice each, since rounding leaves the first result not quite orthogonal. Its diagonal R is positive,
    // so all orthogonal matrices are equally likely.
    private static void Orthonormalize(double[] vectors, int count, int length)
    {
        for (int i = 0; i < count; i++)
        {
            Span<double> vector = vectors.AsSpan(i * length, length);
            for (int earlier = 0; earlier < 2 * i; earlier++)
            {
                ReadOnlySpan<double> unit = vectors.AsSpan(earlier % i * length, length);
                TensorPrimitives.MultiplyAdd(unit, -TensorPrimitives.Dot<double>(unit, vector), vector, vector);
            }

            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<double>(vector), vector);
        }
    }
}
