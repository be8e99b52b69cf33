using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// All of an example in one row: (batch, a, b, ...) to (batch, a * b * ...). y(i b + j) = x(i, j). Nothing is copied. Keras: <c>Flatten</c>; PyTorch: <c>nn.Flatten</c>.
/// </summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Reshape(new Shape(input.Shape[0], new Shape(input.Shape.Dimensions[1..]).ElementCount));
    }
}
