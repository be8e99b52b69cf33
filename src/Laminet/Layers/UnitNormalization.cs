using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Scales vectors to length 1: y = x / max(sqrt(sum x²), 1e-12). A zero vector stays zero. No parameters; defaults as in Keras. Keras: <c>UnitNormalization</c>.
/// </summary>
/// <param name="axis">The axes of a vector; the last by default. For the whole of an image, [1, 2, 3].</param>
public sealed class UnitNormalization(IReadOnlyList<int>? axis = null) : Layer
{
    public IReadOnlyList<int> Axis { get; } = axis ?? [-1];

    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context) => input.UnitNormalize(Axes.Create([.. Axis]));
}
