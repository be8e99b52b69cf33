using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, makes images grey, each with a probability, y = 0.2989 red + 0.587 green + 0.114 blue; otherwise does nothing. The channels stay, all with the brightness of
/// <see cref="Tensor.RgbToGrayscale"/>. Keras: <c>RandomGrayscale</c>.
/// </summary>
/// <param name="factor">The probability.</param>
public sealed class RandomGrayscale(double factor = 0.5) : ImageLayer
{
    public double Factor { get; } = Setting.Require(factor, factor is >= 0 and <= 1, "0 to 1");

    private protected override ImageChange Change(ImageDraw draw)
    {
        Tensor happens = draw.ForImages(draw.Uniform((0, 1)).Less(Factor));
        return new Recoloring(images => Tensor.Where(happens, Colors.Gray(images), images));
    }
}
