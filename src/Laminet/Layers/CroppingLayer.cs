using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What the cropping layers share: cells at the ends of each spatial axis are left out. No parameters. A mask is dropped.</summary>
/// <typeparam name="TMargins">The cells of each side, which say how many spatial axes there are.</typeparam>
/// <param name="cropping">How many cells are left out on each side.</param>
public abstract class CroppingLayer<TMargins>(TMargins cropping) : Layer
    where TMargins : struct, IMargins
{
    public TMargins Cropping { get; } = Spatial.NotNegative(cropping, nameof(cropping));

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        _ = Spatial.Require(input.Shape, Cropping.Pairs.Count);
        Tensor rest = input;
        foreach ((int place, (int before, int after)) in Cropping.Pairs.Index())
        {
            int length = input.Shape[place + 1];
            if (before + after >= length)
            {
                throw new ShapeException($"received an input of shape {input.Shape}; cropping ({before}, {after}) leaves nothing of axis {place + 1}, {length} long. "
                    + "Crop less, or give larger inputs.");
            }

            rest = rest.Slice(before, length - after, axis: place + 1);
        }

        return rest;
    }
}
