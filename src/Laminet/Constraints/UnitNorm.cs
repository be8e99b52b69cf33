using Laminet.Tensors;

namespace Laminet.Constraints;

/// <summary>Scales vectors of weights to a Euclidean norm of 1: w / (|w| + 1e-7). Keras: <c>UnitNorm</c>.</summary>
/// <param name="axis">The axes of a vector, as in <see cref="MaxNorm"/>; 0 by default.</param>
public sealed class UnitNorm(Axes? axis = null) : Constraint
{
    public Axes Axis { get; } = axis ?? 0;

    /// <inheritdoc/>
    public override Tensor Call(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x / (x.Norm(Axis, keepDims: true) + Epsilon);
    }
}
