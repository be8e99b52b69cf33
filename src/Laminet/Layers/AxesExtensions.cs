using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Axes that a layer works along.</summary>
internal static class AxesExtensions
{
    /// <summary>The lengths of a shape's axes, in their order in the shape.</summary>
    public static Shape LengthsIn(this Axes axes, Shape shape)
    {
        int[] given = [.. axes];
        return [.. given.Select(axis => shape.Axis(axis)).Order().Select(axis => shape[axis])];
    }
}
