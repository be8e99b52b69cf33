using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, makes the colours of each image stronger or weaker: multiplies the saturation (see <see cref="Tensor.RgbToHsv"/>) by f / (1 - f) with a random f, at most to 1;
/// otherwise does nothing. Keras: <c>RandomSaturation</c>.
/// </summary>
/// <param name="factor">f: 0 makes grey, 0.5 changes nothing, 1 saturates fully. Drawn between the two numbers, or from 0 to the factor.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomSaturation(Numbers factor, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = DrawRange.Require(factor, 0, 1);

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor drawn = draw.Uniform(DrawRange.Of(Factor)), strength = draw.ForImages((drawn / (1 - drawn + 1e-7)).Minimum(Tensor.Scalar(1e4, draw.Type)));
        return InRange(1, images => Colors.Saturated(images, strength));
    }
}
