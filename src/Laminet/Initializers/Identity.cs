using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>
/// gain times the identity matrix, W = gain I. A matrix that is not square has gain on the diagonal from the upper left, and 0 elsewhere. Keras: <c>Identity</c>; PyTorch:
/// <c>nn.init.eye_</c>.
/// </summary>
/// <param name="gain">The numbers on the diagonal.</param>
public sealed class Identity(double gain = 1) : Initializer
{
    public double Gain { get; } = Setting.Require(gain, double.IsFinite(gain), "a finite number");

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The shape is no matrix.</exception>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => shape.Rank == 2
        ? Tensor.Range(0, shape[0]).Reshape([shape[0], 1]).Equal(Tensor.Range(0, shape[1])).Cast(dtype) * Gain
        : throw new ShapeException($"Identity: received the shape {shape}; expected a matrix (rows, columns).");
}
