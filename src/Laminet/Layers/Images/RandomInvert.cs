using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>In training, makes negatives of images, each with a probability: lowest + highest - x; otherwise does nothing. Keras: <c>RandomInvert</c>.</summary>
/// <param name="factor">The probability, for each image drawn between the two numbers, or from 0 to the factor: 1 by default, so that half of the images are inverted. [1, 1] inverts all.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomInvert(Numbers? factor = null, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = DrawRange.Require(factor ?? 1, 0, 1, nameof(factor));

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor happens = draw.ForImages(draw.Happens(DrawRange.Of(Factor)));
        return images => Tensor.Where(happens, ValueRange[0] + ValueRange[1] - images, images);
    }
}
