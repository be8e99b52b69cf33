using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>Pixels of 8 bits in another size: first along the rows, then along the columns, each rounded to 8 bits, as Pillow does.</summary>
internal static class PixelResize
{
    private const int Half = 1 << (ResizeTable.Bits - 1);

    /// <summary>A part of an image, scaled. The caller disposes of the result; the source stays his.</summary>
    public static Pixels Scale(Pixels source, Placement.Rectangle part, (int Height, int Width) size, Interpolation interpolation)
    {
        if (interpolation == Interpolation.Nearest)
            return Nearest(source, part, size);
        // Colours count as much as they are seen: an invisible pixel must not lend its colour to its neighbours.
        bool isSeeThrough = source.HasAlpha && (part.Height, part.Width) != size && source.Premultiply();
        Pixels wide = Horizontal(source, part, size.Width, interpolation);
        Pixels scaled = size.Height == part.Height ? wide : Vertical(wide, size.Height, interpolation);
        if (scaled != wide)
            wide.Dispose();
        if (isSeeThrough)
            scaled.Unpremultiply();
        return scaled;
    }

    private static Pixels Nearest(Pixels source, Placement.Rectangle part, (int Height, int Width) size)
    {
        Pixels scaled = source.Like(size.Height, size.Width);
        int[] rows = ResizeTable.Nearest(part.Height, size.Height), columns = ResizeTable.Nearest(part.Width, size.Width);
        for (int y = 0; y < size.Height; y++)
        {
            ReadOnlySpan<byte> from = source.Row(part.Top + rows[y])[(part.Left * source.Channels)..];
            Span<byte> to = scaled.Row(y);
            if (source.Channels == 1)
            {
                for (int x = 0; x < to.Length; x++)
                    to[x] = from[columns[x]];
            }
            else
            {
                ReadOnlySpan<uint> fromPixels = MemoryMarshal.Cast<byte, uint>(from);
                Span<uint> toPixels = MemoryMarshal.Cast<byte, uint>(to);
                for (int x = 0; x < toPixels.Length; x++)
                    toPixels[x] = fromPixels[columns[x]];
            }
        }

        return scaled;
    }

    private static Pixels Horizontal(Pixels source, Placement.Rectangle part, int width, Interpolation interpolation)
    {
        Pixels wide = source.Like(part.Height, width);
        bool isCopy = width == part.Width;
        ResizeTable? table = isCopy ? null : new ResizeTable(part.Width, width, interpolation);
        // Each weight once for every channel.
        int[] weights = table is null || source.Channels == 1 ? [] : Repeated(table.Weights, source.Channels);
        for (int y = 0; y < part.Height; y++)
        {
            // To the end of the buffer: weights of 0 may belong to pixels behind the row.
            ReadOnlySpan<byte> from = source.From(part.Top + y, part.Left);
            if (table is null)
                from[..wide.Stride].CopyTo(wide.Row(y));
            else if (source.Channels == 1)
                GreyRow(from, wide.Row(y), table);
            else
                ColourRow(from, MemoryMarshal.Cast<byte, uint>(wide.Row(y)), table, weights);
        }

        return wide;
    }

    private static int[] Repeated(ReadOnlySpan<int> weights, int times)
    {
        int[] repeated = new int[checked(weights.Length * times)];
        for (int i = 0; i < repeated.Length; i++)
            repeated[i] = weights[i / times];
        return repeated;
    }

    private static void ColourRow(ReadOnlySpan<byte> from, Span<uint> to, ResizeTable table, ReadOnlySpan<int> weights)
    {
        const int channels = 4;
        int all = table.Taps * channels;
        ReadOnlySpan<int> starts = table.Starts;
        for (int x = 0; x < to.Length; x++)
        {
            ReadOnlySpan<byte> pixels = from.Slice(starts[x] * channels, all);
            ReadOnlySpan<int> line = weights.Slice(x * all, all);
            Vector256<int> sum = Vector256<int>.Zero;
            for (int k = 0; k < pixels.Length; k += 2 * channels)
                sum += Eight(pixels[k..]) * Vector256.Create(line[k..]);
            to[x] = Rounded(sum.GetLower() + sum.GetUpper());
        }
    }

    private static void GreyRow(ReadOnlySpan<byte> from, Span<byte> to, ResizeTable table)
    {
        for (int x = 0; x < to.Length; x++)
        {
            ReadOnlySpan<int> line = table.Weights.Slice(x * table.Taps, table.Taps);
            ReadOnlySpan<byte> pixels = from.Slice(table.Starts[x], table.Taps);
            int sum = Half;
            for (int k = 0; k < line.Length; k++)
                sum += pixels[k] * line[k];
            to[x] = (byte)Math.Clamp(sum >> ResizeTable.Bits, 0, byte.MaxValue);
        }
    }

    private static Pixels Vertical(Pixels wide, int height, Interpolation interpolation)
    {
        const int lanes = 8;
        ResizeTable table = new(wide.Height, height, interpolation);
        Pixels scaled = wide.Like(height, wide.Width);
        int stride = wide.Stride;
        for (int y = 0; y < height; y++)
        {
            int start = table.Starts[y];
            ReadOnlySpan<int> line = table.Weights.Slice(y * table.Taps, Math.Min(table.Taps, wide.Height - start));
            ReadOnlySpan<byte> rows = wide.From(start, 0);
            Span<byte> to = scaled.Row(y);
            int x = 0;
            for (; x <= stride - lanes; x += lanes)
            {
                Vector256<int> sum = Vector256.Create(Half);
                for (int k = 0; k < line.Length; k++)
                    sum += Eight(rows[((k * stride) + x)..]) * line[k];
                sum = Vector256.Min(Vector256.Max(sum >> ResizeTable.Bits, Vector256<int>.Zero), Vector256.Create((int)byte.MaxValue));
                Vector128<ushort> words = Vector128.Narrow(sum.GetLower(), sum.GetUpper()).AsUInt16();
                BinaryPrimitives.WriteUInt64LittleEndian(to[x..], Vector128.Narrow(words, words).AsUInt64().ToScalar());
            }

            for (; x < stride; x++)
            {
                int sum = Half;
                for (int k = 0; k < line.Length; k++)
                    sum += rows[(k * stride) + x] * line[k];
                to[x] = (byte)Math.Clamp(sum >> ResizeTable.Bits, 0, byte.MaxValue);
            }
        }

        return scaled;
    }

    private static Vector256<int> Eight(ReadOnlySpan<byte> bytes)
    {
        Vector128<byte> low = Vector128.CreateScalarUnsafe(BinaryPrimitives.ReadUInt64LittleEndian(bytes)).AsByte();
        if (Avx2.IsSupported)
            return Avx2.ConvertToVector256Int32(low);
        Vector128<ushort> words = Vector128.WidenLower(low);
        return Vector256.Create(Vector128.WidenLower(words).AsInt32(), Vector128.WidenUpper(words).AsInt32());
    }

    private static uint Rounded(Vector128<int> sum)
    {
        sum = Vector128.Min(Vector128.Max((sum + Vector128.Create(Half)) >> ResizeTable.Bits, Vector128<int>.Zero), Vector128.Create((int)byte.MaxValue));
        Vector128<ushort> words = Vector128.Narrow(sum, sum).AsUInt16();
        return Vector128.Narrow(words, words).AsUInt32().ToScalar();
    }
}
