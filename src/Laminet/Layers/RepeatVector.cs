using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The same vector at each of n steps: (batch, features) to (batch, n, features), y(i) = x. Keras: <c>RepeatVector</c>.</summary>
/// <param name="n">How many steps.</param>
public sealed class RepeatVector(int n) : Layer
{
    public int N { get; } = Setting.Require(n, n >= 1, "1 or more");

    protected override Tensor Forward(Tensor input, CallContext context) => input.Rank == 2
        ? input.ExpandDims(1).BroadcastTo([input.Shape[0], N, input.Shape[1]])
        : throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, features).");
}
