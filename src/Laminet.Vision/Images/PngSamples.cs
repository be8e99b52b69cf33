using System.Buffers.Binary;
using System.IO.Compression;
using Laminet.Saving;

namespace Laminet.Vision.Images;

/// <summary>
/// The numbers in a PNG file as they are stored: 16 bits, which Skia cuts to 8, and the numbers of classes in masks, which Skia turns into colours. Source: PNG specification, third edition
/// (W3C 2025): chunks, filters, Adam7.
/// </summary>
internal sealed class PngSamples
{
    private const int HeaderLength = 33;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private PngSamples(Header header, ushort[] values, ushort[]? transparent) =>
        (Height, Width, Channels, Bits, Values, Transparent) = (header.Height, header.Width, header.Channels, header.Bits, values, transparent);

    public int Height { get; }

    public int Width { get; }

    /// <summary>1 (grey, or places in a palette), 2 (grey, opacity), 3 (red, green, blue) or 4 (and opacity).</summary>
    public int Channels { get; }

    /// <summary>Bits of a number: 1, 2, 4, 8 or 16.</summary>
    public int Bits { get; }

    /// <summary>Whether pixels have an opacity.</summary>
    public bool HasAlpha => Channels is 2 or 4 || Transparent is not null;

    /// <summary>(height, width, channels).</summary>
    public ushort[] Values { get; }

    /// <summary>The colour that is invisible in an image without opacity, or null.</summary>
    public ushort[]? Transparent { get; }

    /// <summary>Whether these bytes begin like a PNG file.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.Length >= HeaderLength && bytes.StartsWith(Signature) && bytes[12..16].SequenceEqual("IHDR"u8);

    /// <summary>Whether these bytes begin like a PNG file of 16 bits.</summary>
    public static bool HasSixteenBits(ReadOnlySpan<byte> bytes) => IsPng(bytes) && bytes[24] == 16;

    /// <summary>Rows and columns by the header.</summary>
    /// <exception cref="ImageException">The header is damaged or asks for too much.</exception>
    public static (int Height, int Width) Size(ReadOnlySpan<byte> bytes, string name, ImageLimits limits)
    {
        Header header = Header.Parse(bytes, name);
        Decoder.RequirePixels(header.Height, header.Width, name, limits);
        return (header.Height, header.Width);
    }

    /// <summary>Reads the numbers.</summary>
    /// <exception cref="ImageException">The file is damaged or asks for too much.</exception>
    public static PngSamples Read(ReadOnlySpan<byte> bytes, string name, ImageLimits limits)
    {
        if (!IsPng(bytes))
            throw new ImageException($"Cannot read {name}: it is no PNG file, or its first {HeaderLength} bytes are damaged. Save the image again as PNG.");
        Header header = Header.Parse(bytes, name);
        Decoder.RequirePixels(header.Height, header.Width, name, limits);
        ushort[]? transparent = null;
        // The packed pixels without their chunks: not longer than the file.
        byte[] packed = GC.AllocateUninitializedArray<byte>(bytes.Length);
        int count = 0;
        bool hasEnd = false;
        for (int at = Signature.Length; !hasEnd;)
        {
            // Length, name, content, checksum.
            if (bytes.Length - at < 12 || BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) is var length && length > (uint)(bytes.Length - at - 12))
                throw Truncated(name);
            ReadOnlySpan<byte> kind = bytes.Slice(at + 4, 4), content = bytes.Slice(at + 8, (int)length);
            Crc32 checksum = new();
            checksum.Add(bytes.Slice(at + 4, (int)length + 4));
            if (checksum.Value != BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 8 + (int)length)..]))
                throw new ImageException($"Cannot read {name}: a checksum is wrong, so the file is damaged. Copy it again.");
            if (kind.SequenceEqual("IDAT"u8))
            {
                content.CopyTo(packed.AsSpan(count));
                count += content.Length;
            }
            else if (kind.SequenceEqual("tRNS"u8) && header.Color is 0 or 2 && content.Length >= 2 * header.Channels)
                transparent = Words(content, header.Channels);
            hasEnd = kind.SequenceEqual("IEND"u8);
            at += 12 + (int)length;
        }

        return new PngSamples(header, Unpack(header, packed, count, name), transparent);
    }

    /// <summary>A colour or the opacity of a pixel of 16 bits: grey counts as each of the colours.</summary>
    /// <param name="pixel">The place of the pixel, counted row by row.</param>
    /// <param name="channel">0 red, 1 green, 2 blue, 3 opacity.</param>
    public int Channel(int pixel, int channel)
    {
        ReadOnlySpan<ushort> stored = Values.AsSpan(pixel * Channels, Channels);
        return channel < 3 ? stored[Channels >= 3 ? channel : 0]
            : Channels is 2 or 4 ? stored[^1]
            : Transparent is { } hidden && stored.SequenceEqual(hidden) ? 0 : ushort.MaxValue;
    }

    private static ushort[] Words(ReadOnlySpan<byte> content, int count)
    {
        ushort[] words = new ushort[count];
        for (int i = 0; i < count; i++)
            words[i] = BinaryPrimitives.ReadUInt16BigEndian(content[(2 * i)..]);
        return words;
    }

    // Line by line, so that memory is taken for the numbers alone. How many bytes there are is known from the header: a stream that holds more is not unpacked further.
    private static ushort[] Unpack(Header header, byte[] packed, int count, string name)
    {
        // More than this a stream cannot grow; so memory is not taken for what cannot be there.
        const long most = 1032;
        if (count * most < header.Bytes)
            throw Truncated(name);
        try
        {
            using ZLibStream lines = new(new MemoryStream(packed, 0, count), CompressionMode.Decompress);
            return new Lines(header, lines, name).Values();
        }
        catch (InvalidDataException exception)
        {
            throw new ImageException($"Cannot read {name}: its compressed pixels are damaged. Copy the file again.", exception);
        }
    }

    private static ImageException Truncated(string name) => new($"Cannot read {name}: the file ends before the image does. It may have been cut off in a download or a copy; get it again.");

    /// <summary>The part IHDR.</summary>
    private sealed record Header(int Height, int Width, int Bits, int Color, bool IsInterlaced)
    {
        // Adam7: where each pass begins and how far apart its pixels are.
        private static readonly (int X, int Y, int Right, int Down)[] Adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

        public int Channels => Color switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };

        public IReadOnlyList<(int X, int Y, int Right, int Down)> Passes => IsInterlaced ? Adam7 : [(0, 0, 1, 1)];

        /// <summary>Bytes of all lines with the byte of the filter before each.</summary>
        public long Bytes => Passes.Sum(pass => Rows(pass) * (LineBytes(pass) + 1));

        public long Rows((int X, int Y, int Right, int Down) pass) => Columns(pass) == 0 ? 0 : Math.Max(0, (Height - pass.Y + pass.Down - 1) / pass.Down);

        public long Columns((int X, int Y, int Right, int Down) pass) => Math.Max(0, (Width - pass.X + pass.Right - 1) / pass.Right);

        public long LineBytes((int X, int Y, int Right, int Down) pass) => ((Columns(pass) * Channels * Bits) + 7) / 8;

        public static Header Parse(ReadOnlySpan<byte> bytes, string name)
        {
            uint width = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), height = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
            (int bits, int color, int packing, int filter, int interlace) = (bytes[24], bytes[25], bytes[26], bytes[27], bytes[28]);
            bool isKnown = color switch
            {
                0 => bits is 1 or 2 or 4 or 8 or 16,
                3 => bits is 1 or 2 or 4 or 8,
                2 or 4 or 6 => bits is 8 or 16,
                _ => false,
            };
            return isKnown && packing == 0 && filter == 0 && interlace <= 1 && width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue
                ? new Header((int)height, (int)width, bits, color, interlace == 1)
                : throw new ImageException($"Cannot read {name}: its header names a kind of PNG that does not exist ({width} x {height}, {bits} bits, colour type {color}). The file is damaged; copy it again.");
        }
    }

    /// <summary>The lines of a file, whose filters are taken off.</summary>
    private readonly struct Lines(Header header, Stream packed, string name)
    {
        public ushort[] Values()
        {
            ushort[] values = new ushort[checked(header.Height * header.Width * header.Channels)];
            int back = Math.Max(1, header.Channels * header.Bits / 8);
            foreach ((int X, int Y, int Right, int Down) pass in header.Passes)
            {
                // The byte of the filter, then the line.
                byte[] line = new byte[header.LineBytes(pass) + 1], above = new byte[line.Length];
                int rows = (int)header.Rows(pass);
                for (int row = 0; row < rows; row++, (line, above) = (above, line))
                {
                    if (packed.ReadAtLeast(line, line.Length, throwOnEndOfStream: false) < line.Length)
                        throw Truncated(name);
                    Unfilter(line[0], line.AsSpan(1), above.AsSpan(1), back);
                    Place(line.AsSpan(1), values, pass, row);
                }
            }

            return values;
        }

        private void Unfilter(int filter, Span<byte> line, ReadOnlySpan<byte> above, int back)
        {
            if (filter > 4)
                throw new ImageException($"Cannot read {name}: a line has the filter {filter}, which does not exist. The file is damaged; copy it again.");
            for (int i = 0; i < line.Length && filter > 0; i++)
            {
                int left = i >= back ? line[i - back] : 0, corner = i >= back ? above[i - back] : 0;
                line[i] += (byte)(filter switch { 1 => left, 2 => above[i], 3 => (left + above[i]) / 2, _ => Paeth(left, above[i], corner) });
            }
        }

        private void Place(ReadOnlySpan<byte> line, ushort[] values, (int X, int Y, int Right, int Down) pass, int row)
        {
            int columns = (int)header.Columns(pass), channels = header.Channels, bits = header.Bits;
            int to = ((pass.Y + (row * pass.Down)) * header.Width) + pass.X;
            for (int i = 0; i < columns * channels; i++)
            {
                int bit = i * bits;
                int value = bits switch
                {
                    16 => (line[2 * i] << 8) | line[(2 * i) + 1],
                    8 => line[i],
                    _ => (line[bit / 8] >> (8 - bits - (bit % 8))) & ((1 << bits) - 1),
                };
                values[((to + (i / channels * pass.Right)) * channels) + (i % channels)] = (ushort)value;
            }
        }

        private static int Paeth(int left, int above, int corner)
        {
            int estimate = left + above - corner, toLeft = Math.Abs(estimate - left), toAbove = Math.Abs(estimate - above), toCorner = Math.Abs(estimate - corner);
            return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
        }
    }
}
