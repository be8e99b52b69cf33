using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What the pooling layers share: a window that moves over images (batch, height, width, channels). No parameters.</summary>
/// <param name="poolSize">The window; 2 x 2 by default.</param>
/// <param name="strides">Steps; the window's size by default.</param>
/// <param name="padding">The border; none by default.</param>
public abstract class Pooling2D(Size2D? poolSize, Size2D? strides, Padding padding) : Layer
{
    public Size2D PoolSize { get; } = Size2D.Positive(poolSize ?? 2, nameof(poolSize));
    public Size2D Strides { get; } = Size2D.Positive(strides ?? poolSize ?? 2, nameof(strides));
    public Padding Padding { get; } = padding;
}
