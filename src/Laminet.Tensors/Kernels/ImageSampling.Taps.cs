using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>The sizes of images (depth 1, two axes) or volumes (three axes), and how many places of each are read, by which interpolation. Orders: how often the weights are differentiated along x, y and z.</summary>
internal readonly record struct TapGeometry(
    int Batch, int Depth, int Height, int Width, int Channels, int Axes, long Outputs, Interpolation Interpolation, FillMode FillMode, (int X, int Y, int Z) Orders)
{
    /// <summary>How many pixels are read along an axis.</summary>
    public int TapsOfAxis => Interpolation switch { Interpolation.Nearest => 1, Interpolation.Bilinear => 2, _ => 4 };

    public int Taps => Axes == 2 ? TapsOfAxis * TapsOfAxis : TapsOfAxis * TapsOfAxis * TapsOfAxis;

    /// <summary>Numbers of an image.</summary>
    public long Length => (long)Depth * Height * Width * Channels;

    public bool IsSlope => Orders != default;
}

/// <content>
/// Images and volumes read at coordinates by the taps of each axis: their pixels and weights are listed, then summed for all channels. Images by nearest and bilinear interpolation have the
/// faster loops of the other parts.
/// </content>
internal static unsafe partial class ImageSampling
{
    private const int MostTaps = 4 * 4 * 4;

    public static void ReadTaps<T>(in TapGeometry g, T* x, T* places, T fill, T* y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TapsWork<T> work = new(g, x, places, fill, y);
        Workers.For(work.Tasks, ref work);
    }

    public static void NearestTaps<T, TPlace>(in TapGeometry g, T* x, TPlace* places, T fill, T* y)
        where T : unmanaged
        where TPlace : unmanaged, IFloatingPointIeee754<TPlace>
    {
        NearestTapsWork<T, TPlace> work = new(g, x, places, fill, y);
        Workers.For(work.Tasks, ref work);
    }

    public static void SpreadTaps<T>(in TapGeometry g, T* dy, T* places, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpreadTapsWork<T> work = new(g, dy, places, dx);
        Workers.For(g.Batch * work.Parts, ref work);
    }

    private static int OutputsOfTask(in TapGeometry g) => Math.Max(1, TaskLength / Math.Max(1, g.Taps * g.Channels));

    private static int TasksOf(in TapGeometry g) => checked((int)(((g.Batch * g.Outputs) + OutputsOfTask(g) - 1) / OutputsOfTask(g)));

    /// <summary>Lists the pixels, without those that have no weight: what lies beyond the edges may be infinite. The weights of a constant are summed.</summary>
    private static int Taps<T>(in TapGeometry g, T* place, nint* offsets, T* weights, out T beyond) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Most = 4;
        int* at = stackalloc int[3 * Most];
        T* by = stackalloc T[3 * Most];
        int taps = g.TapsOfAxis, slices = g.Axes == 2 ? 1 : taps, channels = g.Channels, count = 0;
        Along(g, place[0], g.Width, g.Orders.X, at, by);
        Along(g, place[1], g.Height, g.Orders.Y, at + Most, by + Most);
        (at[2 * Most], by[2 * Most]) = (0, T.One);
        if (g.Axes == 3)
            Along(g, place[2], g.Depth, g.Orders.Z, at + (2 * Most), by + (2 * Most));
        beyond = T.Zero;
        for (int i = 0; i < slices; i++)
        {
            for (int j = 0; j < taps; j++)
            {
                int slice = at[(2 * Most) + i], row = at[Most + j];
                nint line = (((nint)slice * g.Height) + row) * g.Width;
                T ofRow = by[(2 * Most) + i] * by[Most + j];
                for (int k = 0; k < taps; k++)
                {
                    T weight = ofRow * by[k];
                    if (weight == T.Zero)
                        continue;
                    if ((slice | row | at[k]) < 0)
                        beyond += weight;
                    else
                        (offsets[count], weights[count++]) = ((line + at[k]) * channels, weight);
                }
            }
        }

        return count;
    }

    private static void Along<T>(in TapGeometry g, T place, int length, int order, int* at, T* by) where T : unmanaged, IFloatingPointIeee754<T>
    {
        place = Bounded(place);
        if (g.Interpolation == Interpolation.Nearest)
        {
            (at[0], by[0]) = (Inside(Rounded(place), length, g.FillMode), T.One);
            return;
        }

        T floor = T.Floor(place), part = place - floor, rest = T.One - part;
        int first = int.CreateTruncating(floor), taps = g.TapsOfAxis;
        if (taps == 2)
        {
            (by[0], by[1]) = order switch { 0 => (rest, part), 1 => (-T.One, T.One), _ => (T.Zero, T.Zero) };
        }
        else if (order == 0)
        {
            first--;
            (by[0], by[1], by[2], by[3]) = (Outer(T.One + part, 0), Inner(part, 0), Inner(rest, 0), Outer(T.One + rest, 0));
        }
        else
        {
            // The curve is even: to the right of the place the odd derivatives change their sign.
            T sign = int.IsOddInteger(order) ? -T.One : T.One;
            first--;
            (by[0], by[1], by[2], by[3]) = (Outer(T.One + part, order), Inner(part, order), sign * Inner(rest, order), sign * Outer(T.One + rest, order));
        }

        for (int k = 0; k < taps; k++)
            at[k] = Inside(first + k, length, g.FillMode);
    }

    private static T Bounded<T>(T place) where T : IFloatingPointIeee754<T>
    {
        T farthest = T.CreateTruncating(Farthest);
        return place >= -farthest ? T.Min(place, farthest) : -farthest;
    }

    // Cubic convolution with a = -3/4, up to the distance 1, and its derivatives.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Inner<T>(T d, int order) where T : IFloatingPointIeee754<T> => order switch
    {
        0 => (((N<T>(1.25) * d) - N<T>(2.25)) * d * d) + T.One,
        1 => ((N<T>(3.75) * d) - N<T>(4.5)) * d,
        2 => (N<T>(7.5) * d) - N<T>(4.5),
        3 => N<T>(7.5),
        _ => T.Zero,
    };

    // From the distance 1 to 2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Outer<T>(T d, int order) where T : IFloatingPointIeee754<T> => order switch
    {
        0 => (((((N<T>(-0.75) * d) + N<T>(3.75)) * d) - N<T>(6)) * d) + N<T>(3),
        1 => (((N<T>(-2.25) * d) + N<T>(7.5)) * d) - N<T>(6),
        2 => (N<T>(-4.5) * d) + N<T>(7.5),
        3 => N<T>(-4.5),
        _ => T.Zero,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T N<T>(double number) where T : IFloatingPointIeee754<T> => T.CreateTruncating(number);

    private readonly struct TapsWork<T>(TapGeometry g, T* x, T* places, T fill, T* y) : IWork where T : unmanaged, IFloatingPointIeee754<T>
    {
        public int Tasks => TasksOf(g);

        [SkipLocalsInit]
        public void Run(int task)
        {
            nint* offsets = stackalloc nint[MostTaps];
            T* weights = stackalloc T[MostTaps];
            int step = OutputsOfTask(g);
            long end = Math.Min(g.Batch * g.Outputs, (task + 1L) * step);
            for (long output = (long)task * step; output < end; output++)
            {
                int count = Taps(g, places + (output * g.Axes), offsets, weights, out T beyond);
                Weigh(x + (output / g.Outputs * g.Length), offsets, weights, count, beyond, y + (output * g.Channels));
            }
        }

        // The weights of a slope have the sum 0. Differences to one pixel first: sums of large numbers would lose the small slopes of a bright image.
        private void Weigh(T* image, nint* offsets, T* weights, int count, T beyond, T* output)
        {
            if (count == 0)
            {
                new Span<T>(output, g.Channels).Fill(g.IsSlope ? T.Zero : fill);
                return;
            }

            T* start = g.IsSlope ? image + offsets[0] : null;
            int c = 0;
            for (; c <= g.Channels - Vector<T>.Count; c += Vector<T>.Count)
            {
                Vector<T> from = start == null ? default : Vector.Load(start + c), sum = beyond == T.Zero ? default : beyond * (new Vector<T>(fill) - from);
                for (int k = 0; k < count; k++)
                    sum += weights[k] * (Vector.Load(image + offsets[k] + c) - from);
                sum.Store(output + c);
            }

            // Pixels of few channels, each with a part of the next one, which only the last of all lack.
            T* lastWhole = x + (g.Batch * g.Length) - Vector128<T>.Count;
            for (; c < g.Channels; c += Vector128<T>.Count)
            {
                int rest = Math.Min(Vector128<T>.Count, g.Channels - c);
                Vector128<T> from = start == null ? default : Load(start + c, lastWhole, rest), sum = beyond == T.Zero ? default : beyond * (Vector128.Create(fill) - from);
                for (int k = 0; k < count; k++)
                    sum += weights[k] * (Load(image + offsets[k] + c, lastWhole, rest) - from);
                for (int i = 0; i < rest; i++)
                    output[c + i] = sum[i];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<T> Load(T* from, T* lastWhole, int count) => from <= lastWhole ? Vector128.Load(from) : Part(from, count);

        private static Vector128<T> Part(T* from, int count)
        {
            Vector128<T> part = default;
            for (int i = 0; i < count; i++)
                part = part.WithElement(i, from[i]);
            return part;
        }
    }

    private readonly struct NearestTapsWork<T, TPlace>(TapGeometry g, T* x, TPlace* places, T fill, T* y) : IWork
        where T : unmanaged
        where TPlace : unmanaged, IFloatingPointIeee754<TPlace>
    {
        public int Tasks => TasksOf(g);

        [SkipLocalsInit]
        public void Run(int task)
        {
            nint* offsets = stackalloc nint[MostTaps];
            TPlace* weights = stackalloc TPlace[MostTaps];
            int step = OutputsOfTask(g);
            long end = Math.Min(g.Batch * g.Outputs, (task + 1L) * step);
            for (long output = (long)task * step; output < end; output++)
            {
                Span<T> to = new(y + (output * g.Channels), g.Channels);
                if (Taps(g, places + (output * g.Axes), offsets, weights, out _) == 0)
                    to.Fill(fill);
                else
                    new Span<T>(x + (output / g.Outputs * g.Length) + offsets[0], g.Channels).CopyTo(to);
            }
        }
    }

    private readonly struct SpreadTapsWork<T>(TapGeometry g, T* dy, T* places, T* dx) : IWork where T : unmanaged, IFloatingPointIeee754<T>
    {
        public int Parts { get; } = PartsOfChannels(g.Batch, g.Channels);

        [SkipLocalsInit]
        public void Run(int task)
        {
            nint* offsets = stackalloc nint[MostTaps];
            T* weights = stackalloc T[MostTaps];
            (int image, int part) = Math.DivRem(task, Parts);
            int first = (int)((long)g.Channels * part / Parts), count = (int)((long)g.Channels * (part + 1) / Parts) - first;
            T* to = dx + (image * g.Length) + first, from = dy + (image * g.Outputs * g.Channels) + first;
            Clear(to, count, g.Channels, (long)g.Depth * g.Height * g.Width);
            for (long output = 0; output < g.Outputs; output++, from += g.Channels)
            {
                int taps = Taps(g, places + (((image * g.Outputs) + output) * g.Axes), offsets, weights, out _);
                for (int k = 0; k < taps; k++)
                    AddScaled(to + offsets[k], weights[k], from, count);
            }
        }
    }
}
