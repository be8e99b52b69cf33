using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What layers that make noise share.</summary>
internal static class Noise
{
    /// <summary>The shape of the noise for an input: a given one, with the input's lengths where it has none.</summary>
    /// <exception cref="ShapeException">It does not fit the input.</exception>
    public static Shape ShapeFor(Tensor input, PartialShape? given)
    {
        if (given is null)
            return input.Shape;
        return given.Count == input.Rank && given.Select((length, axis) => length is null or 1 || length == input.Shape[axis]).All(fits => fits)
            ? [.. given.Select((length, axis) => length ?? input.Shape[axis])]
            : throw new ShapeException($"received an input of shape {input.Shape} for the noise shape {given}; expected for each axis, the batch counted, its length, 1 or null.");
    }
}
