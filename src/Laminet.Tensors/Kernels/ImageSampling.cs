using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>The sizes of images (batch, height, width, channels) and of what is read from them.</summary>
internal readonly record struct SamplingGeometry(
    int Batch, int Height, int Width, int Channels, int OutputHeight, int OutputWidth, FillMode FillMode, bool ByTransforms);

/// <summary>
/// Images read at other places than their pixels' centres. A row of outputs is worked on in stretches: first its coordinates, in vectors, then its pixels. Threads share
/// the rows; where outputs are added to images, they share the images.
/// </summary>
internal static unsafe partial class ImageSampling
{
    private const int Stretch = 128;

    // Numbers of outputs that one task computes: enough to outweigh handing it out.
    private const int TaskLength = 16 * 1024;

    // Beyond all images, and small enough that whole numbers near it are exact in an Int32.
    private const double Farthest = 1 << 30;

    public static void Bilinear<T>(in SamplingGeometry g, T* x, T* places, T fill, T* y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Share(new RowsWork<T, T, BilinearRead<T>>(g, x, places, fill, y));

    public static void Nearest<T, TPlace>(in SamplingGeometry g, T* x, TPlace* places, T fill, T* y)
        where T : unmanaged
        where TPlace : unmanaged, IFloatingPointIeee754<TPlace> => Share(new RowsWork<T, TPlace, NearestRead<T, TPlace>>(g, x, places, fill, y));

    private static void Share<T, TPlace, TRead>(RowsWork<T, TPlace, TRead> work)
        where T : unmanaged
        where TPlace : unmanaged, IFloatingPointIeee754<TPlace>
        where TRead : struct, IRead<T, TPlace> => Workers.For(work.Tasks, ref work);

    /// <summary>How a stretch of a row of outputs is read from an image at coordinates.</summary>
    private interface IRead<T, TPlace> where T : unmanaged where TPlace : unmanaged
    {
        static abstract void Run(in SamplingGeometry g, T* image, TPlace* xs, TPlace* ys, int count, T fill, T* output);
    }

    /// <summary>The pixel on an axis that stands for one at an index: -1 for a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Inside(int index, int length, FillMode mode) => (uint)index < (uint)length ? index : Beyond(index, length, mode);

    private static int Beyond(int index, int length, FillMode mode)
    {
        switch (mode)
        {
            case FillMode.Nearest:
                return index < 0 ? 0 : length - 1;
            case FillMode.Wrap:
                return Modulo(index, length);
            case FillMode.Reflect:
                long period = 2L * length, place = Modulo(index, period);
                return (int)(place < length ? place : period - 1 - place);
            case FillMode.Mirror:
                long turn = Math.Max(1, 2L * (length - 1)), way = Modulo(index, turn);
                return (int)Math.Min(way, turn - way);
            default:
                return -1;
        }

        static int Modulo(long index, long length) => (int)(((index % length) + length) % length);
    }

    /// <summary>The coordinates of a stretch of a row of outputs, all of them finite.</summary>
    private static void Coordinates<T>(in SamplingGeometry g, T* places, int image, int row, int first, int count, T* xs, T* ys) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (g.ByTransforms)
            Transformed(places + (8 * (long)image), row, first, count, xs, ys);
        else
            Given(places + (2 * ((((long)image * g.OutputHeight) + row) * g.OutputWidth + first)), count, xs, ys);
    }

    private static void Transformed<T>(T* t, int row, int first, int count, T* xs, T* ys) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T y = T.CreateTruncating(row);
        Vector<T> x = Vector.CreateSequence(T.CreateTruncating(first), T.One), step = new(T.CreateTruncating(Vector<T>.Count));
        Vector<T> a = new((t[1] * y) + t[2]), b = new((t[4] * y) + t[5]), c = new((t[7] * y) + T.One), a0 = new(t[0]), b0 = new(t[3]), c0 = new(t[6]);
        bool isAffine = t[6] == T.Zero && t[7] == T.Zero;
        // The memory ends with a whole vector.
        for (int i = 0; i < count; i += Vector<T>.Count, x += step)
        {
            (Vector<T> fromX, Vector<T> fromY) = ((a0 * x) + a, (b0 * x) + b);
            if (!isAffine)
            {
                Vector<T> k = (c0 * x) + c;
                (fromX, fromY) = (fromX / k, fromY / k);
            }

            Bounded(fromX).Store(xs + i);
            Bounded(fromY).Store(ys + i);
        }
    }

    private static void Given<T>(T* coordinates, int count, T* xs, T* ys) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < count; i++)
            (xs[i], ys[i]) = (coordinates[2 * i], coordinates[(2 * i) + 1]);
        for (int i = 0; i < count; i += Vector<T>.Count)
        {
            Bounded(Vector.Load(xs + i)).Store(xs + i);
            Bounded(Vector.Load(ys + i)).Store(ys + i);
        }
    }

    // NaN becomes a place beyond the edges.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Bounded<T>(Vector<T> places) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> farthest = new(T.CreateTruncating(Farthest));
        places = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(places, -farthest), places, -farthest);
        return Vector.ConditionalSelect(Vector.LessThanOrEqual(places, farthest), places, farthest);
    }

    /// <summary>The nearest whole number; of two the one farther from 0, as TensorFlow and JAX have it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Rounded<T>(T place) where T : unmanaged, IFloatingPointIeee754<T> => int.CreateTruncating(T.Round(place, MidpointRounding.AwayFromZero));

    private readonly struct RowsWork<T, TPlace, TRead>(SamplingGeometry g, T* x, TPlace* places, T fill, T* y) : IWork
        where T : unmanaged
        where TPlace : unmanaged, IFloatingPointIeee754<TPlace>
        where TRead : struct, IRead<T, TPlace>
    {
        private readonly int rows = g.Batch * g.OutputHeight, rowsOfTask = Math.Max(1, TaskLength / Math.Max(1, g.OutputWidth * g.Channels));

        public int Tasks => Rounding.DivideUp(rows, rowsOfTask);

        [SkipLocalsInit]
        public void Run(int task)
        {
            TPlace* xs = stackalloc TPlace[Stretch + Vector<TPlace>.Count], ys = stackalloc TPlace[Stretch + Vector<TPlace>.Count];
            int end = Math.Min(rows, (task + 1) * rowsOfTask);
            for (int all = task * rowsOfTask; all < end; all++)
            {
                (int image, int row) = Math.DivRem(all, g.OutputHeight);
                T* from = x + ((long)image * g.Height * g.Width * g.Channels), to = y + ((long)all * g.OutputWidth * g.Channels);
                for (int first = 0; first < g.OutputWidth; first += Stretch)
                {
                    int count = Math.Min(Stretch, g.OutputWidth - first);
                    Coordinates(g, places, image, row, first, count, xs, ys);
                    TRead.Run(g, from, xs, ys, count, fill, to + ((long)first * g.Channels));
                }
            }
        }
    }

    private readonly struct NearestRead<T, TPlace> : IRead<T, TPlace>
        where T : unmanaged
        where TPlace : unmanaged, IFloatingPointIeee754<TPlace>
    {
        public static void Run(in SamplingGeometry g, T* image, TPlace* xs, TPlace* ys, int count, T fill, T* output)
        {
            int channels = g.Channels;
            for (int i = 0; i < count; i++, output += channels)
            {
                int x = Inside(Rounded(xs[i]), g.Width, g.FillMode), y = Inside(Rounded(ys[i]), g.Height, g.FillMode);
                if ((x | y) < 0)
                {
                    new Span<T>(output, channels).Fill(fill);
                    continue;
                }

                T* pixel = image + ((((long)y * g.Width) + x) * channels);
                for (int c = 0; c < channels; c++)
                    output[c] = pixel[c];
            }
        }
    }

    private readonly struct BilinearRead<T> : IRead<T, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Run(in SamplingGeometry g, T* image, T* xs, T* ys, int count, T fill, T* output)
        {
            int channels = g.Channels, lastX = g.Width - 1, lastY = g.Height - 1;
            nint line = (nint)g.Width * channels;
            // A vector of four numbers reads and writes a pixel of three channels: not of the last two columns, since one number more is read, nor for the last output.
            bool inVectors = typeof(T) == typeof(float) && channels == 3;
            for (int i = 0; i < count; i++, output += channels)
            {
                T floorX = T.Floor(xs[i]), floorY = T.Floor(ys[i]), right = xs[i] - floorX, down = ys[i] - floorY;
                int x = int.CreateTruncating(floorX), y = int.CreateTruncating(floorY);
                if ((uint)x < (uint)lastX && (uint)y < (uint)lastY)
                {
                    T* pixel = image + (((nint)y * line) + ((nint)x * channels));
                    if (inVectors && x + 1 < lastX && i + 1 < count)
                        Four((float*)pixel, line, float.CreateTruncating(right), float.CreateTruncating(down), (float*)output);
                    else
                        Between(pixel, pixel + channels, pixel + line, pixel + line + channels, right, down, channels, output);
                }
                else
                {
                    AtEdge(g, image, x, y, right, down, fill, output);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Four(float* pixel, nint line, float right, float down, float* output)
        {
            Vector128<float> rightward = Vector128.Create(right), upper = Vector128.Load(pixel), lower = Vector128.Load(pixel + line);
            upper += rightward * (Vector128.Load(pixel + 3) - upper);
            lower += rightward * (Vector128.Load(pixel + line + 3) - lower);
            (upper + (Vector128.Create(down) * (lower - upper))).Store(output);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Between(T* upperLeft, T* upperRight, T* lowerLeft, T* lowerRight, T right, T down, int channels, T* output)
        {
            int c = 0;
            for (; c <= channels - Vector<T>.Count; c += Vector<T>.Count)
            {
                Vector<T> upper = Vector.Load(upperLeft + c), lower = Vector.Load(lowerLeft + c);
                upper += right * (Vector.Load(upperRight + c) - upper);
                lower += right * (Vector.Load(lowerRight + c) - lower);
                (upper + (down * (lower - upper))).Store(output + c);
            }

            for (; c < channels; c++)
            {
                T upper = upperLeft[c] + (right * (upperRight[c] - upperLeft[c])), lower = lowerLeft[c] + (right * (lowerRight[c] - lowerLeft[c]));
                output[c] = upper + (down * (lower - upper));
            }
        }

        // A pixel without weight is not read: what lies beyond the edges may be infinite.
        private static void AtEdge(in SamplingGeometry g, T* image, int x, int y, T right, T down, T fill, T* output)
        {
            int left = Inside(x, g.Width, g.FillMode), top = Inside(y, g.Height, g.FillMode);
            int next = right == T.Zero ? left : Inside(x + 1, g.Width, g.FillMode), under = down == T.Zero ? top : Inside(y + 1, g.Height, g.FillMode);
            int width = g.Width, channels = g.Channels;
            for (int c = 0; c < channels; c++)
            {
                T upperLeft = Pixel(left, top), lowerLeft = Pixel(left, under);
                T upper = upperLeft + (right * (Pixel(next, top) - upperLeft)), lower = lowerLeft + (right * (Pixel(next, under) - lowerLeft));
                output[c] = upper + (down * (lower - upper));

                T Pixel(int column, int row) => (column | row) < 0 ? fill : image[((((nint)row * width) + column) * channels) + c];
            }
        }
    }
}
