using Laminet.Tensors;

namespace Laminet.Constraints;

/// <summary>Sets weights below zero to zero: max(w, 0). Keras: <c>NonNeg</c>.</summary>
public sealed class NonNeg : Constraint
{
    /// <inheritdoc/>
    public override Tensor Call(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Relu();
    }
}
