namespace Laminet.Vision.Images;

/// <summary>
/// Limits for image files. A file that exceeds one is refused before memory is taken for it: a few bytes can claim to be an image of gigabytes, or make a decoder pass over it thousands of times.
/// </summary>
/// <param name="Pixels">The most pixels (height times width) of the stored image, of the result, and of images between them. Decoding takes 4 bytes for each, up to 10 for a progressive JPEG.</param>
/// <param name="FileBytes">The most bytes of a file or stream.</param>
/// <param name="Scans">The most scans of a JPEG; each is a pass over all pixels. Usual progressive files have about 10.</param>
public sealed record ImageLimits(long Pixels = 100_000_000, long FileBytes = 1 << 28, int Scans = 100)
{
    /// <summary>The most pixels that one array can hold, with 8 bytes for each.</summary>
    internal static long MostOfArray => Array.MaxLength / 8;

    /// <summary>The most pixels of any image, limited by the length of an array too.</summary>
    internal long MostPixels => Math.Min(Pixels, MostOfArray);

    /// <summary>100 million pixels, 256 MB and 100 scans.</summary>
    public static ImageLimits Default { get; } = new();
}
