using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What the pooling layers share: a window that moves over sequences, images or volumes, (batch, spatial axes, channels). No parameters.</summary>
/// <typeparam name="TSize">The size of windows and steps, which says how many spatial axes there are.</typeparam>
/// <param name="poolSize">The window; 2 along each spatial axis by default.</param>
/// <param name="strides">Steps; the window's size by default.</param>
/// <param name="padding">The border; none by default.</param>
public abstract class Pooling<TSize>(TSize? poolSize, TSize? strides, Padding padding) : Layer
    where TSize : struct, ISpatialSize<TSize>
{
    public TSize PoolSize { get; } = Spatial.Positive(poolSize ?? TSize.Cube(2), nameof(poolSize));
    public TSize Strides { get; } = Spatial.Positive(strides ?? poolSize ?? TSize.Cube(2), nameof(strides));
    public Padding Padding { get; } = padding;
}
