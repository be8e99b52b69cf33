using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, erases a random rectangle of each image, with a probability: a rectangle of sqrt(a) times the height and sqrt(b) times the width, with shares a and b drawn for
/// each; otherwise does nothing. (Zhong et al., "Random erasing data augmentation", AAAI 2020; DeVries and Taylor, "Improved regularization of convolutional neural networks
/// with cutout", 2017.) Masks and boxes stay. Keras: <c>RandomErasing</c>.
/// </summary>
/// <param name="factor">The probability, for each image drawn between the two numbers, or from 0 to the factor.</param>
/// <param name="scale">The rectangle's height and width are the square roots of two shares of the image's, drawn between these numbers; [0.02, 0.33] by default.</param>
/// <param name="fillValue">The value of the rectangle, one or one for each channel; null for normal noise of mean 0 and the highest value as deviation, clipped.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class RandomErasing(Numbers? factor = null, Numbers? scale = null, Numbers? fillValue = null, Numbers? valueRange = null) : ColorLayer(valueRange)
{
    public Numbers Factor { get; } = DrawRange.Require(factor ?? 1, 0, 1, nameof(factor));
    public Numbers Scale { get; } = DrawRange.Require(scale ?? [0.02, 0.33], 0, 1, nameof(scale));
    public Numbers? FillValue { get; } = fillValue;

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        if (FillValue is { Count: > 1 } fill && fill.Count != draw.Images[3])
            throw new ShapeException($"received images of shape {draw.Images} for {fill.Count} fill values; expected one value, or one for each channel.");
        Tensor happens = draw.Happens(DrawRange.Of(Factor));
        Tensor width = draw.Uniform(DrawRange.Of(Scale)).Sqrt() * draw.Width, height = draw.Uniform(DrawRange.Of(Scale)).Sqrt() * draw.Height;
        Tensor left = draw.Uniform((0, 1)) * (draw.Width - width), top = draw.Uniform((0, 1)) * (draw.Height - height);
        Tensor erased = new ImageRectangle(left, top, left + width, top + height).Contains(draw.Height, draw.Width).And(draw.ForImages(happens));
        Tensor value = FillValue is { } given
            ? given.ToTensor(draw.DType)
            : (draw.NextKeys().Normal([draw.Height, draw.Width, draw.Images[3]], draw.Type) * ValueRange[1]).Cast(draw.DType);
        return images => Tensor.Where(erased, Clipped(value), images);
    }
}
