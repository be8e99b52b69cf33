using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <content>The gradients by the images, to which outputs are added, and by the coordinates.</content>
internal static unsafe partial class ImageSampling
{
    // Of few images threads share the channels, but not fewer than these.
    private const int LeastChannels = 16, MostParts = 4;

    public static void Spread<T>(in SamplingGeometry g, bool nearest, T* dy, T* places, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpreadWork<T> work = new(g, nearest, dy, places, dx);
        Workers.For(g.Batch * work.Parts, ref work);
    }

    public static void Slopes<T>(in SamplingGeometry g, T* x, T* places, T* dy, T fill, T* slopes) where T : unmanaged, IFloatingPointIeee754<T>
    {
        SlopesWork<T> work = new(g, x, places, dy, fill, slopes);
        Workers.For(g.Batch * g.OutputHeight, ref work);
    }

    private static int PartsOfChannels(int batch, int channels) => batch >= MostParts ? 1 : Math.Clamp(channels / LeastChannels, 1, MostParts);

    // The part of the channels that a task adds to.
    private static void Clear<T>(T* to, int count, int channels, long pixels) where T : unmanaged
    {
        if (count == channels)
        {
            NativeMemory.Clear(to, (nuint)(pixels * channels * sizeof(T)));
            return;
        }

        for (long i = 0; i < pixels; i++)
            new Span<T>(to + (i * channels), count).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddScaled<T>(T* to, T weight, T* from, int count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int c = 0;
        for (; c <= count - Vector<T>.Count; c += Vector<T>.Count)
            (Vector.Load(to + c) + (weight * Vector.Load(from + c))).Store(to + c);
        for (; c < count; c++)
            to[c] += weight * from[c];
    }

    private readonly struct SpreadWork<T>(SamplingGeometry g, bool nearest, T* dy, T* places, T* dx) : IWork where T : unmanaged, IFloatingPointIeee754<T>
    {
        public int Parts { get; } = PartsOfChannels(g.Batch, g.Channels);

        [SkipLocalsInit]
        public void Run(int task)
        {
            (int image, int part) = Math.DivRem(task, Parts);
            int first = (int)((long)g.Channels * part / Parts), count = (int)((long)g.Channels * (part + 1) / Parts) - first;
            T* xs = stackalloc T[Stretch + Vector<T>.Count], ys = stackalloc T[Stretch + Vector<T>.Count];
            T* to = dx + ((long)image * g.Height * g.Width * g.Channels) + first, from = dy + ((long)image * g.OutputHeight * g.OutputWidth * g.Channels) + first;
            Clear(to, count, g.Channels, (long)g.Height * g.Width);
            for (int row = 0; row < g.OutputHeight; row++)
            {
                for (int column = 0; column < g.OutputWidth; column += Stretch)
                {
                    int outputs = Math.Min(Stretch, g.OutputWidth - column);
                    Coordinates(g, places, image, row, column, outputs, xs, ys);
                    for (int i = 0; i < outputs; i++, from += g.Channels)
                    {
                        if (nearest)
                            Add(to, Rounded(xs[i]), Rounded(ys[i]), T.One, from, count);
                        else
                            AddFour(to, xs[i], ys[i], from, count);
                    }
                }
            }
        }

        private void AddFour(T* to, T fromX, T fromY, T* from, int count)
        {
            T floorX = T.Floor(fromX), floorY = T.Floor(fromY), right = fromX - floorX, down = fromY - floorY;
            int x = int.CreateTruncating(floorX), y = int.CreateTruncating(floorY);
            Add(to, x, y, (T.One - right) * (T.One - down), from, count);
            Add(to, x + 1, y, right * (T.One - down), from, count);
            Add(to, x, y + 1, (T.One - right) * down, from, count);
            Add(to, x + 1, y + 1, right * down, from, count);
        }

        private void Add(T* to, int x, int y, T weight, T* from, int count)
        {
            (x, y) = (Inside(x, g.Width, g.FillMode), Inside(y, g.Height, g.FillMode));
            if ((x | y) < 0 || weight == T.Zero)
                return;
            AddScaled(to + ((((long)y * g.Width) + x) * g.Channels), weight, from, count);
        }
    }

    private readonly struct SlopesWork<T>(SamplingGeometry g, T* x, T* places, T* dy, T fill, T* slopes) : IWork where T : unmanaged, IFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Run(int task)
        {
            (int image, int row) = Math.DivRem(task, g.OutputHeight);
            T* xs = stackalloc T[Stretch + Vector<T>.Count], ys = stackalloc T[Stretch + Vector<T>.Count];
            T* pixels = x + ((long)image * g.Height * g.Width * g.Channels), numbers = dy + ((long)task * g.OutputWidth * g.Channels), to = slopes + (2L * task * g.OutputWidth);
            for (int first = 0; first < g.OutputWidth; first += Stretch)
            {
                int count = Math.Min(Stretch, g.OutputWidth - first);
                Coordinates(g, places, image, row, first, count, xs, ys);
                for (int i = 0; i < count; i++, numbers += g.Channels, to += 2)
                    (to[0], to[1]) = Of(pixels, xs[i], ys[i], numbers);
            }
        }

        // Differences first: sums of large numbers would lose the small slopes of a bright image.
        private (T X, T Y) Of(T* image, T fromX, T fromY, T* numbers)
        {
            T floorX = T.Floor(fromX), floorY = T.Floor(fromY), right = fromX - floorX, down = fromY - floorY;
            int x = int.CreateTruncating(floorX), y = int.CreateTruncating(floorY);
            T* upperLeft = Pixel(image, x, y), upperRight = Pixel(image, x + 1, y), lowerLeft = Pixel(image, x, y + 1), lowerRight = Pixel(image, x + 1, y + 1);
            T upper = T.Zero, lower = T.Zero, before = T.Zero, after = T.Zero;
            int c = 0;
            if (upperLeft != null && upperRight != null && lowerLeft != null && lowerRight != null)
            {
                Vector<T> ofUpper = default, ofLower = default, ofBefore = default, ofAfter = default;
                for (; c <= g.Channels - Vector<T>.Count; c += Vector<T>.Count)
                {
                    Vector<T> number = Vector.Load(numbers + c), a = Vector.Load(upperLeft + c), b = Vector.Load(upperRight + c), d = Vector.Load(lowerLeft + c), e = Vector.Load(lowerRight + c);
                    ofUpper += number * (b - a);
                    ofLower += number * (e - d);
                    ofBefore += number * (d - a);
                    ofAfter += number * (e - b);
                }

                (upper, lower, before, after) = (Vector.Sum(ofUpper), Vector.Sum(ofLower), Vector.Sum(ofBefore), Vector.Sum(ofAfter));
            }

            for (; c < g.Channels; c++)
            {
                T number = numbers[c], a = Number(upperLeft, c), b = Number(upperRight, c), d = Number(lowerLeft, c), e = Number(lowerRight, c);
                upper += number * (b - a);
                lower += number * (e - d);
                before += number * (d - a);
                after += number * (e - b);
            }

            return (upper + (down * (lower - upper)), before + (right * (after - before)));
        }

        // Null for a constant.
        private T* Pixel(T* image, int column, int row)
        {
            (column, row) = (Inside(column, g.Width, g.FillMode), Inside(row, g.Height, g.FillMode));
            return (column | row) < 0 ? null : image + ((((nint)row * g.Width) + column) * g.Channels);
        }

        private T Number(T* pixel, int channel) => pixel == null ? fill : pixel[channel];
    }
}
