using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, changes each image by several operations, drawn for it at random: shear, shift, rotation, posterization, solarization, stretched and equalized values,
/// brightness, colour, contrast, sharpness, or nothing; otherwise does nothing. With the factor m: shear by 0.3 m and shift by 0.45 m of the image, rotation by 30 m degrees,
/// brightness to sharpness 1 ± 0.9 m times, 8 - round(4 m) bits, solarization from 255 (1 - m) on. (Cubuk et al., "RandAugment: practical automated data augmentation with a
/// reduced search space", NeurIPS 2020, in torchvision's numbers. Keras gives its layers the factor itself, half a turn for 0.5, one choice for the whole batch, and more bits
/// for a larger factor.) Masks and boxes move along. Keras: <c>RandAugment</c>.
/// </summary>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
/// <param name="numOps">How many operations, one after the other.</param>
/// <param name="factor">m, 0 to 1: for each operation drawn between the two numbers, or from 0 to the factor; 0.5 by default. [0.3, 0.3] is the paper's magnitude 9 of 30.</param>
/// <param name="interpolation">Bilinear or nearest.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class RandAugment(
    Numbers? valueRange = null, int numOps = 2, Numbers? factor = null, Interpolation interpolation = Interpolation.Bilinear, BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy)
    : GeometricLayer(boundingBoxFormat)
{
    public Numbers ValueRange { get; } = DrawRange.RequireValues(valueRange);
    public int NumOps { get; } = Setting.Require(numOps, numOps is >= 1 and <= 16, "1 to 16");
    public Numbers Factor { get; } = DrawRange.Require(factor ?? 0.5, 0, 1, nameof(factor));
    public Interpolation Interpolation { get; } = DrawRange.Require(interpolation);

    private protected override ImageChange Change(ImageDraw draw) =>
        new ChangesInTurn([.. Enumerable.Range(0, NumOps).Select(_ => AugmentationSpace.Step(draw, DrawRange.Of(Factor), ValueRange, Interpolation))]);
}
