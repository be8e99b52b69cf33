using System.Globalization;
using System.Numerics;

namespace Laminet.Tensors.Ops;

/// <summary>How the regions of images are sampled.</summary>
/// <param name="Height">The height of what becomes of each.</param>
/// <param name="Width">Its width.</param>
/// <param name="Scale">What coordinates of boxes are multiplied by.</param>
/// <param name="Ratio">How many samples there are for an output along each axis; 0 for as many as it has pixels.</param>
/// <param name="Aligned">Whether a pixel's centre is half a pixel from its edges, so that it has the coordinate 1/2.</param>
public readonly record struct RegionSampling(int Height, int Width, double Scale, int Ratio, bool Aligned);

/// <summary>Checks of images and of the boxes in them.</summary>
internal static class BoxRegions
{
    // More would take hours rather than tell more of an image.
    private const int MostSamples = 1024;

    /// <summary>The shape of what becomes of the boxes.</summary>
    public static Shape Outputs(string operation, RegionSampling sampling, Shape images, Shape boxes)
    {
        Window.RequireImages(operation, images);
        if (images[1] == 0 || images[2] == 0)
            throw new ShapeException($"{operation}: received an input of shape {images}; an image without pixels has no regions.");
        if (boxes.Rank != 2 || boxes[1] != 4)
            throw new ShapeException($"{operation}: received boxes of shape {boxes}; expected (boxes, 4), the left, top, right and bottom edge of each.");
        if (sampling.Height < 1 || sampling.Width < 1)
            throw new ArgumentOutOfRangeException(nameof(sampling), $"{operation}: received the output size ({sampling.Height}, {sampling.Width}); both must be 1 or more.");
        if (!double.IsFinite(sampling.Scale) || sampling.Scale <= 0)
            throw new ArgumentOutOfRangeException(nameof(sampling), string.Create(CultureInfo.InvariantCulture, $"{operation}: received the scale {sampling.Scale}; expected a number above 0, such as 1.0 / 16 for a map with a sixteenth of the image's height and width."));
        return sampling.Ratio is >= 0 and <= MostSamples
            ? [boxes[0], sampling.Height, sampling.Width, images[3]]
            : throw new ArgumentOutOfRangeException(nameof(sampling), $"{operation}: received {sampling.Ratio} samples for an output along each axis; expected 1 to {MostSamples}, or 0 for as many as it has pixels.");
    }

    /// <summary>Boxes in the type that places have, and the image of each.</summary>
    public static (Tensor Boxes, Tensor Images) Of(string operation, Tensor images, Tensor boxes, Tensor? imageOfBox)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        Check.Float(operation, images.Spec);
        Check.Number(operation, boxes.Spec);
        Window.RequireImages(operation, images.Shape);
        int count = boxes.Rank == 0 ? 0 : boxes.Shape[0];
        if (imageOfBox is null)
        {
            return images.Shape[0] <= 1 ? (boxes.Cast(SampleImages.PlacesFor(images.DType)), Tensor.Zeros([count], DType.Int32)) : throw new ArgumentNullException(nameof(imageOfBox),
                $"{operation}: received {images.Shape[0]} images and no number of the image of each box; expected integers of shape ({count}).");
        }

        if (!imageOfBox.DType.IsInteger())
            throw new DTypeException($"{operation}: received numbers of images of {imageOfBox.Spec}; expected integers. Cast them.");
        return imageOfBox.Shape == [count] ? (boxes.Cast(SampleImages.PlacesFor(images.DType)), imageOfBox.Cast(DType.Int32)) : throw new ShapeException(
            $"{operation}: received the numbers of images of shape {imageOfBox.Shape} for boxes of shape {boxes.Shape}; expected ({count}), one for each box.");
    }

    /// <summary>Throws for a box that is not finite or lies in no image.</summary>
    public static void Require<T>(string operation, ReadOnlySpan<T> boxes, ReadOnlySpan<int> imageOfBox, int images) where T : IFloatingPointIeee754<T>
    {
        for (int i = 0; i < boxes.Length; i++)
        {
            if (!T.IsFinite(boxes[i]))
                throw new ArgumentOutOfRangeException(nameof(boxes), string.Create(CultureInfo.InvariantCulture, $"{operation}: received the number {boxes[i]} in box {i / 4}; expected finite coordinates."));
        }

        if (Positions.FirstOutside(imageOfBox, 0, images - 1) is >= 0 and int place)
            throw new ArgumentOutOfRangeException(nameof(imageOfBox), $"{operation}: received image {imageOfBox[place]} for box {place}; there are {images} images, 0 to {images - 1}.");
    }

    /// <summary>The numbers at places of all images together, and 0 at the places below 0.</summary>
    public static Tensor Taken(Tensor images, Tensor places) => images.Reshape([images.Length]).Gather(places.Maximum(Tensor.Scalar(0, DType.Int32))).MaskedBy(places.GreaterEqual(0L));
}
