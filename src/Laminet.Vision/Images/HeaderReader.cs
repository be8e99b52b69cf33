namespace Laminet.Vision.Images;

/// <summary>What the header of a file says, from as few bytes as it takes.</summary>
internal static class HeaderReader
{
    // How much is read. The next length is tried where an image begins but its header is longer: some hold pictures and colour profiles.
    private static readonly int[] Lengths = [1 << 16, 1 << 20, 1 << 25];

    /// <summary>The header of a file.</summary>
    /// <exception cref="ImageException">The file cannot be read. The message names it.</exception>
    public static ImageInfo Read(string path) => ImageFile.Open(path, file =>
    {
        // A pipe cannot be read at the place where the orientation of a WebP lies.
        if (!file.CanSeek)
            return Read(ImageFile.Bytes(file, path, ImageLimits.Default), path);
        byte[] bytes = [];
        foreach (int length in Lengths)
        {
            int read = bytes.Length;
            Array.Resize(ref bytes, (int)Math.Max(read, Math.Min(length, file.Length)));
            read += file.ReadAtLeast(bytes.AsSpan(read), bytes.Length - read, throwOnEndOfStream: false);
            int? orientation = file.Length > length && WebPOrientation.IsWebP(bytes) ? WebPOrientation.Of(file.SafeFileHandle) : null;
            if (TryRead(bytes.AsSpan(0, read), path, orientation) is { } info)
                return info;
            if (file.Length <= length || !Decoder.IsKnown(bytes))
                break;
        }

        throw Decoder.NoImage(bytes, path);
    });

    /// <summary>The header of a file whose bytes are here.</summary>
    /// <exception cref="ImageException">This is no image.</exception>
    public static ImageInfo Read(ReadOnlySpan<byte> bytes, string name)
    {
        // Skia copies what it gets. The orientation of a WebP lies at the end.
        foreach (int length in WebPOrientation.IsWebP(bytes) ? [] : Lengths)
        {
            if (bytes.Length > length && TryRead(bytes[..length], name) is { } info)
                return info;
        }

        return TryRead(bytes, name) ?? throw Decoder.NoImage(bytes, name);
    }

    private static ImageInfo? TryRead(ReadOnlySpan<byte> bytes, string name, int? orientation = null)
    {
        using Decoder? decoder = Decoder.TryOpen(bytes, name);
        if (decoder is null)
            return null;
        int number = orientation ?? decoder.Orientation;
        (int height, int width) = Orientations.Size(number, decoder.Height, decoder.Width);
        return new ImageInfo(height, width, decoder.Format, number, decoder.HasAlpha, PngSamples.HasSixteenBits(bytes) ? 16 : 8);
    }
}
