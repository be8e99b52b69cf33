using Laminet.Layers;

namespace Laminet.Cli.Augmentation;

/// <summary>A layer of the table.</summary>
/// <param name="Name">The name of its class.</param>
/// <param name="Create">Makes it for square images of a side.</param>
internal sealed record AugmentationRow(string Name, Func<int, ImageLayer> Create);

/// <summary>All image layers, with settings that show what they do: stronger than most trainings take them.</summary>
internal static class AugmentationTable
{
    public static IReadOnlyList<AugmentationRow> Rows { get; } =
    [
        Row(_ => new AugMix(factor: [0.5, 1])),
        Row(_ => new AutoContrast()),
        Row(side => new CenterCrop(side * 2 / 3, side * 2 / 3)),
        Row(_ => new ContrastLimitedAdaptiveHistogramEqualization()),
        Row(_ => new CutMix([1, 1])),
        Row(_ => new Equalization()),
        Row(_ => new MixUp(1)),
        Row(_ => new RandAugment(factor: [0.5, 1])),
        Row(_ => new RandomBrightness(0.5)),
        Row(_ => new RandomColorDegeneration([0.3, 1])),
        Row(_ => new RandomColorJitter(brightnessFactor: 0.3, contrastFactor: 0.5, saturationFactor: [0.2, 0.8], hueFactor: 0.3)),
        Row(_ => new RandomContrast(0.8)),
        Row(side => new RandomCrop(side * 2 / 3, side * 2 / 3)),
        Row(_ => new RandomElasticTransform([1, 1], [0.5, 1])),
        Row(_ => new RandomErasing([1, 1])),
        Row(_ => new RandomFlip()),
        Row(side => new RandomGaussianBlur([1, 1], (side / 16 * 2) + 1, [side * 0.01, side * 0.03])),
        Row(_ => new RandomGrayscale(0.75)),
        Row(_ => new RandomHue([0.1, 0.9])),
        Row(_ => new RandomInvert([0.75, 0.75])),
        Row(_ => new RandomPerspective([1, 1], 0.7)),
        Row(_ => new RandomPosterization([1, 3])),
        Row(_ => new RandomRotation(0.1)),
        Row(_ => new RandomSaturation([0, 0.9])),
        Row(_ => new RandomSharpness([0, 1])),
        Row(_ => new RandomShear(0.3, 0.3)),
        Row(_ => new RandomTranslation(0.25, 0.25)),
        Row(_ => new RandomZoom(0.5)),
        Row(side => new Resizing(side / 3, side * 2 / 3)),
        Row(_ => new Solarization(thresholdFactor: [0.3, 0.8])),
    ];

    private static AugmentationRow Row<TLayer>(Func<int, TLayer> create) where TLayer : ImageLayer => new(typeof(TLayer).Name, create);
}
