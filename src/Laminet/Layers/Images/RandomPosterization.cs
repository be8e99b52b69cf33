using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, leaves each image fewer levels: of the 8 bits of a value only the first b are kept, y = 2^(8 - b) floor(x / 2^(8 - b)); otherwise does nothing. Keras:
/// <c>RandomPosterization</c>.
/// </summary>
/// <param name="factor">How many bits are kept, 1 to 8: so many, or for each image a number from the first to the second, both included.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomPosterization(Numbers factor, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = Setting.Require(
        DrawRange.Require(factor, 1, 8), factor.All(double.IsInteger), "whole numbers of bits", nameof(factor));

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        (double low, double high) = (Factor.Min(), Factor.Max());
        Tensor bits = draw.ForImages(draw.Whole((int)(high - low) + 1) + low);
        return InRange(255, images => Colors.Posterized(images, bits));
    }
}
