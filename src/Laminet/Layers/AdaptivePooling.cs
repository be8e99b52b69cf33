namespace Laminet.Layers;

/// <summary>
/// What the adaptive pooling layers share: window i of n along an axis of length l holds the cells from floor(i l / n) to ceil((i + 1) l / n), excluded, as in
/// PyTorch. Windows may share a cell. No parameters.
/// </summary>
/// <typeparam name="TSize">The size of the output, which says how many spatial axes there are.</typeparam>
/// <param name="outputSize">The number of windows along each spatial axis.</param>
public abstract class AdaptivePooling<TSize>(TSize outputSize) : Layer
    where TSize : struct, ISpatialSize<TSize>
{
    public TSize OutputSize { get; } = Spatial.Positive(outputSize, nameof(outputSize));
}
