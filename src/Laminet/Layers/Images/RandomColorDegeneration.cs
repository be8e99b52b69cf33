using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, takes a random share of the colour away from each image: x + factor (grey - x); otherwise does nothing. Keras: <c>RandomColorDegeneration</c>.
/// </summary>
/// <param name="factor">The share, 0 (nothing) to 1 (grey): drawn between the two numbers, or from 0 to the factor.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomColorDegeneration(Numbers factor, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = DrawRange.Require(factor, 0, 1);

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor share = draw.ForImages(draw.Uniform(DrawRange.Of(Factor)));
        return images => Clipped(images + (share * (Colors.Gray(images) - images)));
    }
}
