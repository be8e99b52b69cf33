using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The axes of an example in another order: <c>new Permute(2, 1)</c> swaps time and features, y(j, i) = x(i, j). Keras: <c>Permute</c>.</summary>
/// <param name="dims">The axes of the input, from 1, in the order of the output. Axis 0, the batch, stays.</param>
public sealed class Permute(params int[] dims) : Layer
{
    public IReadOnlyList<int> Dims { get; } = Setting.Require(
        (int[])[.. dims], dims.Length > 0 && dims.Order().SequenceEqual(Enumerable.Range(1, dims.Length)), "each axis of an example once, from 1, as in Permute(2, 1)", nameof(dims));

    protected override Tensor Forward(Tensor input, CallContext context) => input.Rank == Dims.Count + 1
        ? input.Transpose([0, .. Dims])
        : throw new ShapeException($"received an input of shape {input.Shape}; expected {Dims.Count + 1} axes, the batch and one for each of [{string.Join(", ", Dims)}].");
}
