using Laminet.Layers;

namespace Laminet.Verification.Layers;

internal static partial class LayerRows
{
    // Examples are from -0.5 to 0.5: with this range no pixel is clipped or at a border of bits.
    private static readonly Laminet.Configuration.Numbers Range = [-1.05, 1.1];

    private static readonly Shape Pictures = [2, 5, 6, 3];

    private static readonly LayerRow[] Images =
    [
        Picture(type => new Resizing(3, 4, Interpolation.Bicubic, antialias: true) { DType = type }, [2, 3, 4, 3]),
        Picture(type => new Resizing(4, 9, padToAspectRatio: true, fillValue: 0.25) { DType = type }, [2, 4, 9, 3]),
        Picture(type => new CenterCrop(3, 2, BoundingBoxFormat.RelXywh) { DType = type }, [2, 3, 2, 3]),
        Picture(type => new RandomCrop(3, 5) { DType = type }, [2, 3, 5, 3]),
        Picture(type => new RandomCrop(7, 4) { DType = type }, [2, 7, 4, 3]),
        Picture(type => new RandomFlip(FlipMode.Vertical) { DType = type }),
        Picture(type => new RandomRotation([-0.1, 0.3], FillMode.Wrap) { DType = type }),
        Picture(type => new RandomTranslation(0.2, [0.1, 0.3], fillValue: 0.5, fillMode: FillMode.Constant) { DType = type }),
        Picture(type => new RandomZoom(0.2) { DType = type }),
        Picture(type => new RandomZoom(0.2, [-0.3, 0.1], interpolation: Interpolation.Nearest) { DType = type }),
        Picture(type => new RandomShear(0.2, [0.1, 0.3], fillMode: FillMode.Nearest, boundingBoxFormat: BoundingBoxFormat.CenterXywh) { DType = type }),
        Picture(type => new RandomPerspective([0.9, 1], 0.4, fillValue: 0.25) { DType = type }),
        Picture(type => new RandomElasticTransform([1, 1], [0.5, 1], valueRange: Range) { DType = type }),
        Picture(type => new RandomBrightness([0.1, 0.2], Range) { DType = type }),
        Picture(type => new RandomContrast([0.1, 0.2], Range) { DType = type }),
        Picture(type => new RandomSaturation([0.3, 0.6], Range) { DType = type }),
        Picture(type => new RandomHue(0.4, Range) { DType = type }),
        Picture(type => new RandomColorJitter(Range, 0.1, 0.2, [0.4, 0.6], 0.1) { DType = type }),
        Picture(type => new RandomColorDegeneration(0.7, Range) { DType = type }),
        Picture(type => new RandomGrayscale(0.4) { DType = type }),
        Picture(type => new RandomInvert([0.2, 0.8], Range) { DType = type }),
        Picture(type => new RandomPosterization([3, 6], Range) { DType = type }),
        Picture(type => new RandomSharpness([0.2, 0.9], Range) { DType = type }),
        Picture(type => new RandomGaussianBlur(1, new Size2D(5, 3), [0.5, 1.5], Range) { DType = type }),
        Picture(type => new RandomErasing([1, 1], [0.2, 0.4], [0.1, 0.2, 0.3], Range) { DType = type }),
        Picture(type => new Solarization(0.1, [0.4, 0.6], Range) { DType = type }),
        Picture(type => new Equalization(Range, 17) { DType = type }),
        Picture(type => new ContrastLimitedAdaptiveHistogramEqualization(Range, 2.5, (2, 3)) { DType = type }),
        Picture(type => new AutoContrast(Range) { DType = type }),
        Picture(type => new MixUp(0.8) { DType = type }),
        Picture(type => new CutMix([0.7, 1]) { DType = type }),
        Picture(type => new RandAugment(Range, 3, [0.2, 0.7]) { DType = type }),
        Picture(type => new AugMix(Range, 2, 2, 0.4, 0.9, allOps: false, Interpolation.Nearest) { DType = type }),
        new(typeof(MaxNumBoundingBoxes), _ => new MaxNumBoundingBoxes(3, -2), [2, 5], [2, 5], 0),
    ];

    private static LayerRow Picture(Func<DType, Layer> create, Shape? output = null) => new(create(DType.Float32).GetType(), create, Pictures, output ?? Pictures, 0);
}
