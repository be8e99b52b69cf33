using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>An <see cref="ImageLayer"/> that changes the pixels of images where they are.</summary>
public abstract class ColorLayer : ImageLayer
{
    /// <summary>For the layers of this library.</summary>
    /// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
    private protected ColorLayer(Numbers? valueRange) => ValueRange = DrawRange.RequireValues(valueRange);

    /// <summary>The lowest and the highest value of a pixel.</summary>
    public Numbers ValueRange { get; }

    /// <summary>Draws what is random and returns the change of images.</summary>
    private protected abstract Func<Tensor, Tensor> Recolor(ImageDraw draw);

    private protected sealed override ImageChange Change(ImageDraw draw)
    {
        Func<Tensor, Tensor> recolor = Recolor(draw);
        // Nothing is the darkest or the brightest of no pixels.
        return new Recoloring(images => images.Length == 0 ? images : recolor(images));
    }

    /// <summary>Images kept within the range.</summary>
    private protected Tensor Clipped(Tensor images) => images.Clip(ValueRange[0], ValueRange[1]);

    /// <summary>A change of images with values from 0 to a number, for images in this layer's range.</summary>
    private protected Func<Tensor, Tensor> InRange(double highest, Func<Tensor, Tensor> change) => Colors.InRange(ValueRange, highest, change);
}
