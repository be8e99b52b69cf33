using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, adds a random number to the values of each image, in [0, 255], and inverts those that are not below a random threshold, x to 255 - x; otherwise does nothing.
/// Keras: <c>Solarization</c>.
/// </summary>
/// <param name="additionFactor">What is added, as a share of 255: drawn between the two numbers, or from 0 to the factor; 0 by default.</param>
/// <param name="thresholdFactor">The threshold, likewise; with 0, all values are inverted.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class Solarization(Numbers? additionFactor = null, Numbers? thresholdFactor = null, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers AdditionFactor { get; } = DrawRange.Require(additionFactor ?? 0, 0, 1, nameof(additionFactor));
    public Numbers ThresholdFactor { get; } = DrawRange.Require(thresholdFactor ?? 0, 0, 1, nameof(thresholdFactor));

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor added = draw.ForImages(draw.Uniform(DrawRange.Of(AdditionFactor)) * 255), threshold = draw.ForImages(draw.Uniform(DrawRange.Of(ThresholdFactor)) * 255);
        return InRange(255, images => Colors.Solarized((images + added).Clip(0, 255), threshold));
    }
}
