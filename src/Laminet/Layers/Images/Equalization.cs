using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, gives each channel of each image an even histogram; otherwise does nothing. A value v of 0 to 255 becomes round(255 (n(v) - n(first)) / (pixels - n(first))),
/// n(v) being the number of pixels with values up to v. (Keras counts the pixels of the whole batch.) Keras: <c>Equalization</c>.
/// </summary>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
/// <param name="bins">Into how many parts the values are divided.</param>
public sealed class Equalization(Numbers? valueRange = null, int bins = 256) : ColorLayer(valueRange)
{
    public int Bins { get; } = Setting.Require(bins, bins is >= 2 and <= 65536, "2 to 65536");

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw) => InRange(255, images => Colors.Equalized(images, Bins));
}
