using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, makes each image brighter or darker: adds a random share of the range of values to all its pixels, and clips, y = clip(x + f (highest - lowest)); otherwise
/// does nothing. Keras: <c>RandomBrightness</c>.
/// </summary>
/// <param name="factor">The share, -1 (black) to 1 (white): drawn between the two numbers, or from -factor to factor.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomBrightness(Numbers factor, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = DrawRange.Require(factor, -1, 1);

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor added = draw.ForImages(draw.Uniform(DrawRange.Of(Factor, bothSides: true)) * (ValueRange[1] - ValueRange[0]));
        return images => Clipped(images + added);
    }
}
