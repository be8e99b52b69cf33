using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, blurs images by a Gaussian, each with a probability: a pixel is the mean of those around it, with weights in proportion to exp(-d² / (2 sigma²)) at the
/// distance d; otherwise does nothing. Beyond the edges the image is mirrored, as in torchvision (in Keras 0 lies there, which makes dark borders). Keras:
/// <c>RandomGaussianBlur</c>.
/// </summary>
/// <param name="factor">The probability, for each image drawn between the two numbers, or from 0 to the factor.</param>
/// <param name="kernelSize">How many pixels are weighted: odd numbers.</param>
/// <param name="sigma">The deviation in pixels, down and to the right each drawn between the two numbers, or from 0 to the number.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomGaussianBlur(Numbers? factor = null, Size2D? kernelSize = null, Numbers? sigma = null, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = DrawRange.Require(factor ?? 1, 0, 1, nameof(factor));
    public Size2D KernelSize { get; } = (kernelSize ?? 3) is { Height: var height, Width: var width } size && height > 0 && width > 0 && height % 2 == 1 && width % 2 == 1
        ? size
        : throw new ArgumentOutOfRangeException(nameof(kernelSize), $"Received kernelSize = {kernelSize}; expected odd numbers.");
    public Numbers Sigma { get; } = DrawRange.Require(sigma ?? 1, 0, double.MaxValue, nameof(sigma));

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor happens = draw.ForImages(draw.Happens(DrawRange.Of(Factor)));
        Tensor deviations = Tensor.Concatenate([draw.Uniform(DrawRange.Of(Sigma)), draw.Uniform(DrawRange.Of(Sigma))], axis: 1);
        return images => Clipped(Tensor.Where(happens, images.GaussianBlur(deviations, (KernelSize.Height, KernelSize.Width), mirrors: true), images));
    }
}
