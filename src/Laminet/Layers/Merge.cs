using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>A layer that joins several inputs into one output.</summary>
public abstract class Merge : Layer
{
    private protected Merge()
    {
    }

    /// <inheritdoc/>
    protected sealed override Tensor Forward(Tensor input, CallContext context) => Forward([input], context);
}
