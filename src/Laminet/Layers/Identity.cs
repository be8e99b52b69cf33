using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Gives its input, y = x: a place in a model that does nothing yet, or does nothing any more. Keras: <c>Identity</c>; PyTorch: <c>nn.Identity</c>.</summary>
public sealed class Identity : Layer
{
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context) => input;
}
