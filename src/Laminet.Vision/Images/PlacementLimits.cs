using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>
/// Checks what a change of size needs before memory is taken for it. Even if the old and the new image are small, the image between them can be huge: a column of a million pixels, scaled to a size of
/// 1000 x 1000, is first an image of a million rows and 1000 columns.
/// </summary>
internal static class PlacementLimits
{
    // The weights of a pixel are kept once for each channel.
    private const int Channels = 4;

    /// <summary>Checks the way of a file.</summary>
    /// <exception cref="ImageException">It takes too much. The message names the file.</exception>
    public static void Require(Placement placement, ImageReading reading, bool isFloat, string name)
    {
        if (reading.Size is not { } size || TooMuch(placement, reading.Interpolation, isFloat, reading.Limits.MostPixels) is not { } reason)
            return;
        string at = reading.ShorterSide is { } side ? $"at a shorter side of {side}" : $"with {reading.Fit} to {size}";
        throw new ImageException(string.Create(CultureInfo.InvariantCulture,
            $"Cannot read {name} {at}: {reason}. Set another Size or Fit, or leave the file out; if it can be trusted, set ImageReading.Limits to more."));
    }

    /// <summary>Checks the way of a tensor.</summary>
    /// <exception cref="ShapeException">It takes more than an array can hold.</exception>
    public static void Require(Placement placement, Tensor image, Interpolation interpolation, string operation)
    {
        long most = ImageLimits.MostOfArray * 8 / Math.Max(8, image.Shape[2]);
        if (TooMuch(placement, interpolation, image.DType.IsFloat(), most) is { } reason)
        {
            throw new ShapeException(string.Create(CultureInfo.InvariantCulture,
                $"{operation}: received an image of shape {image.Shape} and the size {placement.Canvas}; {reason}. Choose a smaller size, or cut the image first."));
        }
    }

    // The first that is too much, or null.
    private static string? TooMuch(Placement placement, Interpolation interpolation, bool isFloat, long most)
    {
        (int Height, int Width) part = (placement.Part.Height, placement.Part.Width), scaled = placement.Scaled;
        // Pixels of 8 bits are scaled along the rows first, numbers along the columns.
        return Pixels(placement.Canvas) ?? Pixels(scaled) ?? (interpolation == Interpolation.Nearest ? null
            : Pixels(isFloat ? (scaled.Height, part.Width) : (part.Height, scaled.Width)) ?? Weights(part.Height, scaled.Height) ?? Weights(part.Width, scaled.Width));

        string? Pixels((int Height, int Width) size) => (long)size.Height * size.Width <= most ? null
            : string.Create(CultureInfo.InvariantCulture, $"this needs an image of {size.Width} x {size.Height} pixels, and at most {most:N0} pixels are allowed");

        string? Weights(int count, int length)
        {
            long weights = count == length ? 0 : isFloat ? (long)count * length : Channels * ResizeTable.Size(count, length, interpolation);
            return weights <= most ? null
                : string.Create(CultureInfo.InvariantCulture, $"scaling a side from {count} to {length} pixels needs {weights:N0} weights, and at most {most:N0} are allowed");
        }
    }
}
