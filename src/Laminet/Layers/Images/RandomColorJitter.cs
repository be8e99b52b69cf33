using System.Runtime.CompilerServices;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, changes brightness, contrast, saturation and hue of each image, one after the other, as the layers of these names do, y =
/// hue(saturation(contrast(brightness(x)))); otherwise does nothing. Keras: <c>RandomColorJitter</c>.
/// </summary>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
/// <param name="brightnessFactor">The factor of <see cref="RandomBrightness"/>; null leaves the brightness.</param>
/// <param name="contrastFactor">The factor of <see cref="RandomContrast"/>, likewise.</param>
/// <param name="saturationFactor">The factor of <see cref="RandomSaturation"/>, likewise.</param>
/// <param name="hueFactor">The factor of <see cref="RandomHue"/>, likewise.</param>
public sealed class RandomColorJitter(
    Numbers? valueRange = null, Numbers? brightnessFactor = null, Numbers? contrastFactor = null, Numbers? saturationFactor = null, Numbers? hueFactor = null) : ColorLayer(valueRange)
{
    public Numbers? BrightnessFactor { get; } = Within(brightnessFactor, -1);
    public Numbers? ContrastFactor { get; } = Within(contrastFactor, 0);
    public Numbers? SaturationFactor { get; } = Within(saturationFactor, 0);
    public Numbers? HueFactor { get; } = Within(hueFactor, 0);

    private readonly ImageLayer?[] layers =
    [
        brightnessFactor is { } brightness ? new RandomBrightness(brightness, valueRange) : null,
        contrastFactor is { } contrast ? new RandomContrast(contrast, valueRange) : null,
        saturationFactor is { } saturation ? new RandomSaturation(saturation, valueRange) : null,
        hueFactor is { } hue ? new RandomHue(hue, valueRange) : null,
    ];

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw) => new ChangesInTurn([.. layers.OfType<ImageLayer>().Select(layer => layer.ChangeFor(draw))]).OfImages;

    // The layers call each of them their factor.
    private static Numbers? Within(Numbers? factor, double least, [CallerArgumentExpression(nameof(factor))] string name = "") =>
        factor is { } given ? DrawRange.Require(given, least, 1, name) : default(Numbers?);
}
