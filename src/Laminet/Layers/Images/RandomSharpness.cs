using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, makes each image sharper or softer: smooth + 2 f (x - smooth) with a random f, clipped, where smooth gives a pixel weight 5 and its neighbours weight 1;
/// otherwise does nothing. Pixels at the edges stay, as in PIL (Keras smooths them with 0 from beyond the edges, which darkens them). Keras: <c>RandomSharpness</c>.
/// </summary>
/// <param name="factor">f: 0 smooths, 0.5 changes nothing, 1 sharpens. Drawn between the two numbers, or from 0 to the factor.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomSharpness(Numbers factor, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = DrawRange.Require(factor, 0, 1);

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor softness = draw.ForImages(1 - (draw.Uniform(DrawRange.Of(Factor)) * 2));
        return images => Clipped(images + (softness * (Colors.Smoothed(images) - images)));
    }
}
