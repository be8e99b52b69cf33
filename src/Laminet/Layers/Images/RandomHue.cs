using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, moves the colours of each image along the circle of hues (see <see cref="Tensor.RgbToHsv"/>) by a random share s of half a turn, hue + s / 2 or hue - s / 2 in
/// turns; otherwise does nothing. Keras: <c>RandomHue</c>.
/// </summary>
/// <param name="factor">The share, 0 to 1: drawn between the two numbers, or from 0 to the factor.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomHue(Numbers factor, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = DrawRange.Require(factor, 0, 1);

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor turn = draw.ForImages(draw.Sign() * draw.Uniform(DrawRange.Of(Factor)) * 0.5) * Tensor.From([1.0, 0, 0]).Cast(draw.DType);
        return InRange(1, images => (images.RgbToHsv() + turn).HsvToRgb().Clip(0, 1));
    }
}
