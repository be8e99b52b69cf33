using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Language;

/// <summary>The segments of tokens that are all of the first: zeros of the tokens' shape, Int32. No parameters.</summary>
public sealed class OneSegment : Layer
{
    static OneSegment() => Registry.Register<OneSegment>();

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => Tensor.Zeros(input.Shape, DType.Int32);

    /// <inheritdoc/>
    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) => null;
}
