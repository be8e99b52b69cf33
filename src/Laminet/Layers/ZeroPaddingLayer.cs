using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What the zero-padding layers share: cells of zeros are added at the ends of each spatial axis. No parameters. A mask is dropped.</summary>
/// <typeparam name="TMargins">The cells of each side, which say how many spatial axes there are.</typeparam>
/// <param name="padding">How many cells are added on each side.</param>
public abstract class ZeroPaddingLayer<TMargins>(TMargins padding) : Layer
    where TMargins : struct, IMargins
{
    public TMargins Padding { get; } = Spatial.NotNegative(padding, nameof(padding));

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        _ = Spatial.Require(input.Shape, Padding.Pairs.Count);
        return input.Pad([(0, 0), .. Padding.Pairs, (0, 0)]);
    }
}
