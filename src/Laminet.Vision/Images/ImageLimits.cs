namespace Laminet.Vision.Images;

/// <summary>
/// What a file may ask for before it is refused. A file of a few bytes can claim to be an image of gigabytes, or make a decoder pass over it thousands of times. The limits are checked before
/// memory is taken.
/// </summary>
/// <param name="Pixels">The most pixels, height times width. Decoding takes 4 bytes for each, up to 10 for a progressive JPEG.</param>
/// <param name="FileBytes">The most bytes of a file or stream.</param>
/// <param name="Scans">The most scans of a JPEG; each is a pass over all pixels. Usual progressive files have about 10.</param>
public sealed record ImageLimits(long Pixels = 100_000_000, long FileBytes = 1 << 28, int Scans = 100)
{
    /// <summary>The most pixels that one array can hold, with 8 bytes for each.</summary>
    internal static long MostOfArray => Array.MaxLength / 8;

    /// <summary>The most pixels of an image, at any size on its way.</summary>
    internal long MostPixels => Math.Min(Pixels, MostOfArray);

    /// <summary>100 million pixels, 256 MB and 100 scans.</summary>
    public static ImageLimits Default { get; } = new();
}
