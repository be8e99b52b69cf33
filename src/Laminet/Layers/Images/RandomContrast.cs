using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, changes the contrast of each image: (x - mean) * c + mean with the mean of each channel and a random c, clipped; otherwise does nothing. Keras:
/// <c>RandomContrast</c>.
/// </summary>
/// <param name="factor">Two numbers: c is drawn from 1 - the first to 1 + the second; one number stands for both. 0 to 1.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomContrast(Numbers factor, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = DrawRange.Require(factor, 0, 1);

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor contrast = draw.ForImages(draw.Uniform((1 - Factor[0], 1 + Factor[^1])));
        return images =>
        {
            Tensor mean = images.Mean([1, 2], keepDims: true);
            return Clipped(images + ((images - mean) * (contrast - 1)));
        };
    }
}
