using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What the global pooling layers share: the spatial axes are reduced to one number a channel, (batch, spatial axes, channels) to (batch, channels). No parameters.</summary>
/// <param name="axes">How many spatial axes there are.</param>
/// <param name="keepDims">Whether the spatial axes stay, with length 1.</param>
public abstract class GlobalPooling(int axes, bool keepDims) : Layer
{
    public bool KeepDims { get; } = keepDims;

    /// <summary>The spatial axes of an input.</summary>
    /// <exception cref="ShapeException">It has another number of them.</exception>
    private protected Axes SpatialAxes(Tensor input) => (int[])[.. Enumerable.Range(1, Spatial.Require(input.Shape, axes).Rank - 2)];
}
