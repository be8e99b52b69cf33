using System.Buffers;
using System.Runtime.InteropServices;
using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>The pixels of an image of 8 bits: 4 channels (red, green, blue, opacity) or 1 (grey), in a buffer that goes back to a pool.</summary>
internal sealed class Pixels : IDisposable
{
    /// <summary>Bytes behind the last pixel that may be read, so that vectors need no special case at the end.</summary>
    private const int Slack = 8;

    // Y = (19595 R + 38470 G + 7471 B) / 65536, rounded.
    private const int Red = 19595, Green = 38470, Blue = 7471, LumaBits = 16;

    private byte[] data;

    public Pixels(int height, int width, int channels, bool hasAlpha = false)
    {
        (Height, Width, Channels, HasAlpha) = (height, width, channels, hasAlpha);
        data = ArrayPool<byte>.Shared.Rent(checked((height * width * channels) + Slack));
        // Vectors read these bytes and multiply them by 0. They are cleared so that nothing depends on what the pool held before.
        data.AsSpan(Length, Slack).Clear();
    }

    public int Height { get; }

    public int Width { get; }

    public int Channels { get; }

    /// <summary>Whether the opacity counts. Otherwise its bytes have no meaning.</summary>
    public bool HasAlpha { get; private set; }

    public int Stride => Width * Channels;

    public int Length => Height * Stride;

    public byte[] Buffer => data;

    public Span<byte> All => data.AsSpan(0, Length);

    public Span<byte> Row(int y) => data.AsSpan(y * Stride, Stride);

    /// <summary>From a pixel to the end of the buffer, with what may be read behind it.</summary>
    public ReadOnlySpan<byte> From(int y, int x) => data.AsSpan((y * Stride) + (x * Channels), Length + Slack - (y * Stride) - (x * Channels));

    public Pixels Like(int height, int width) => new(height, width, Channels, HasAlpha);

    public void Dispose()
    {
        byte[] rented = data;
        data = [];
        if (rented.Length > 0)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Leaves the opacity out; the colours stay as they are stored.</summary>
    public void LeaveAlpha() => HasAlpha = false;

    /// <summary>Luma, as Pillow computes it.</summary>
    public Pixels ToGrey()
    {
        Pixels grey = new(Height, Width, 1);
        ReadOnlySpan<byte> from = All;
        Span<byte> to = grey.All;
        for (int i = 0, p = 0; i < to.Length; i++, p += 4)
            to[i] = (byte)(((from[p] * Red) + (from[p + 1] * Green) + (from[p + 2] * Blue) + (1 << (LumaBits - 1))) >> LumaBits);
        return grey;
    }

    /// <summary>The image upright. Disposes of this one if another is returned.</summary>
    public Pixels Upright(int orientation)
    {
        if (orientation == 1)
            return this;
        (int height, int width) = Orientations.Size(orientation, Height, Width);
        Pixels upright = Like(height, width);
        if (Channels == 1)
            Orientations.Apply<byte>(All, Height, Width, orientation, upright.All);
        else
            Orientations.Apply<uint>(MemoryMarshal.Cast<byte, uint>(All), Height, Width, orientation, MemoryMarshal.Cast<byte, uint>(upright.All));
        Dispose();
        return upright;
    }

    /// <summary>The image on its canvas. Disposes of this one if another is returned.</summary>
    public Pixels On(Placement placement, byte fill)
    {
        if ((Height, Width) == placement.Canvas)
            return this;
        Pixels canvas = Like(placement.Canvas.Height, placement.Canvas.Width);
        if (!placement.IsCovered)
            Fill(canvas.All, Channels, fill);
        int top = Math.Max(placement.Top, 0), bottom = Math.Min(placement.Top + Height, canvas.Height), left = Math.Max(placement.Left, 0), right = Math.Min(placement.Left + Width, canvas.Width);
        for (int y = top; y < bottom; y++)
            Row(y - placement.Top)[((left - placement.Left) * Channels)..((right - placement.Left) * Channels)].CopyTo(canvas.Row(y)[(left * Channels)..]);
        Dispose();
        return canvas;
    }

    /// <summary>Multiplies the colours by the opacity, rounded; false if all pixels are opaque and nothing changed.</summary>
    public bool Premultiply()
    {
        Span<byte> bytes = All;
        int p = 3;
        while (p < bytes.Length && bytes[p] == byte.MaxValue)
            p += 4;
        if (p >= bytes.Length)
            return false;
        for (p -= 3; p < bytes.Length; p += 4)
        {
            for (int c = 0; c < 3; c++)
            {
                // x / 255 rounded, without a division.
                int product = (bytes[p + c] * bytes[p + 3]) + 128;
                bytes[p + c] = (byte)(((product >> 8) + product) >> 8);
            }
        }

        return true;
    }

    /// <summary>Divides the colours by the opacity, truncated as Pillow does.</summary>
    public void Unpremultiply()
    {
        Span<byte> bytes = All;
        for (int p = 0; p < bytes.Length; p += 4)
        {
            int alpha = bytes[p + 3];
            if (alpha is 0 or byte.MaxValue)
                continue;
            for (int c = 0; c < 3; c++)
                bytes[p + c] = (byte)Math.Min(byte.MaxValue * bytes[p + c] / alpha, byte.MaxValue);
        }
    }

    /// <summary>The image as UInt8 (height, width, channels).</summary>
    public Tensor ToTensor(int channels)
    {
        if (channels == Channels)
            return Tensor.From<byte>(All, [Height, Width, channels]);
        int count = Height * Width;
        byte[] packed = ArrayPool<byte>.Shared.Rent(count * channels);
        try
        {
            ReadOnlySpan<byte> from = All;
            Span<byte> to = packed.AsSpan(0, count * channels);
            for (int i = 0, p = 0; i < to.Length; i += 3, p += 4)
            {
                to[i] = from[p];
                to[i + 1] = from[p + 1];
                to[i + 2] = from[p + 2];
            }

            return Tensor.From<byte>(to, [Height, Width, channels]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    /// <summary>Pixels of a UInt8 tensor (height, width, 1, 3 or 4 channels).</summary>
    public static Pixels Of(Tensor image)
    {
        int channels = image.Shape[2];
        Pixels pixels = new(image.Shape[0], image.Shape[1], channels == 1 ? 1 : 4, hasAlpha: channels == 4);
        if (channels != 3)
        {
            image.CopyTo(pixels.All);
            return pixels;
        }

        byte[] packed = image.ToArray<byte>();
        Span<byte> to = pixels.All;
        for (int i = 0, p = 0; i < packed.Length; i += 3, p += 4)
            (to[p], to[p + 1], to[p + 2], to[p + 3]) = (packed[i], packed[i + 1], packed[i + 2], byte.MaxValue);
        return pixels;
    }

    private static void Fill(Span<byte> bytes, int channels, byte value)
    {
        bytes.Fill(value);
        for (int p = 3; channels == 4 && p < bytes.Length; p += 4)
            bytes[p] = byte.MaxValue;
    }
}
