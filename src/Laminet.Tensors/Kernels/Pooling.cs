using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Largest and mean value of sliding windows, and what their gradients need. Padding is in no window.</summary>
internal static unsafe class Pooling
{
    /// <summary>y = the largest value of each window; NaN where it holds a NaN, the type's lowest value where it is all padding.</summary>
    public static void Max<T>(in PoolingGeometry g, T* x, T* y) where T : unmanaged, INumber<T> =>
        ByRows<MaxPooling<T>, T>(new PoolingCall<T> { Geometry = g, Image = x, Pixels = y });

    /// <summary>dx = zero, plus each window's dy at its first largest cell in row-major order.</summary>
    public static void MaxScatter<T>(in PoolingGeometry g, T* x, T* dy, T* dx) where T : unmanaged, INumber<T> =>
        ByImages<MaxPoolingScatter<T>, T>(new PoolingCall<T> { Geometry = g, Image = x, Pixels = dy, Target = dx });

    /// <summary>result = v at each window's first largest cell of x.</summary>
    public static void MaxGather<T>(in PoolingGeometry g, T* x, T* v, T* result) where T : unmanaged, INumber<T> =>
        ByRows<MaxPoolingGather<T>, T>(new PoolingCall<T> { Geometry = g, Image = x, Pixels = result, Target = v });

    /// <summary>y = the mean of each window, over all its cells when <paramref name="countPadding"/>, else over those in the image.</summary>
    public static void Average<T>(in PoolingGeometry g, T* x, T* y, bool countPadding) where T : unmanaged, INumber<T> =>
        ByRows<AveragePooling<T>, T>(new PoolingCall<T> { Geometry = g, Image = x, Pixels = y, CountsPadding = countPadding });

    /// <summary>dx = zero, plus each window's dy shared equally among its cells.</summary>
    public static void AverageGradient<T>(in PoolingGeometry g, T* dy, T* dx, bool countPadding) where T : unmanaged, INumber<T> =>
        ByImages<AveragePoolingScatter<T>, T>(
            new PoolingCall<T> { Geometry = g, Image = dx, Pixels = dy, Target = dx, CountsPadding = countPadding });

    private const int TaskElements = 16 * 1024;

    /// <summary>Each window writes its own pixel: any rows can be shared out.</summary>
    private static void ByRows<TWindow, T>(PoolingCall<T> call)
        where TWindow : IPoolingWindow<T>
        where T : unmanaged, INumber<T>
    {
        PoolingGeometry g = call.Geometry;
        int rows = g.Batch * g.OutHeight;
        if (rows <= 0 || g.OutWidth <= 0)
            return;
        call.RowsPerTask = Math.Max(1, TaskElements / Math.Max(1, g.OutWidth * g.Channels));
        call.ChannelTasks = 1;
        Workers.For(Rounding.DivideUp(rows, call.RowsPerTask), &call, &RunTask<TWindow, T>);
    }

    /// <summary>Windows that overlap add to the same cell: an image, or some channels of one, belongs to one task.</summary>
    private static void ByImages<TWindow, T>(PoolingCall<T> call)
        where TWindow : IPoolingWindow<T>
        where T : unmanaged, INumber<T>
    {
        PoolingGeometry g = call.Geometry;
        if (g.Batch <= 0)
            return;
        if (g.OutHeight <= 0 || g.OutWidth <= 0)
        {
            new Span<T>(call.Target, checked(g.Batch * g.Height * g.Width * g.Channels)).Clear();
            return;
        }

        // Where no two windows meet, a cell is written at most once, and when every cell is in a window there is nothing to clear.
        call.Overlaps = g.Overlaps;
        call.Clears = !g.Covers;
        call.RowsPerTask = g.OutHeight;
        call.ChannelTasks = Math.Clamp(g.Channels / 64, 1, Rounding.DivideUp(8, g.Batch));
        Workers.For(g.Batch * call.ChannelTasks, &call, &RunTask<TWindow, T>);
    }

    private static void RunTask<TWindow, T>(void* state, int task)
        where TWindow : IPoolingWindow<T>
        where T : unmanaged, INumber<T>
    {
        PoolingCall<T> call = *(PoolingCall<T>*)state;
        int rowTask = task / call.ChannelTasks, channelTask = task % call.ChannelTasks;
        call.FirstRow = rowTask * call.RowsPerTask;
        call.LastRow = call.FirstRow + Math.Min(call.RowsPerTask, (call.Geometry.Batch * call.Geometry.OutHeight) - call.FirstRow);
        call.FirstChannel = (int)((long)channelTask * call.Geometry.Channels / call.ChannelTasks);
        call.LastChannel = (int)((long)(channelTask + 1) * call.Geometry.Channels / call.ChannelTasks);
        Simd.Dispatch<PoolingLoop<TWindow, T>, T, PoolingCall<T>>(ref call);
    }
}

/// <summary>The operands of a pooling kernel and the part one task works on.</summary>
internal unsafe struct PoolingCall<T> where T : unmanaged
{
    public PoolingGeometry Geometry;

    /// <summary>Image is what windows look at, pixels has one value a window, target is shaped like the image.</summary>
    public T* Image, Pixels, Target;
    public bool CountsPadding, Clears, Overlaps;
    public int RowsPerTask, ChannelTasks;
    public int FirstRow, LastRow, FirstChannel, LastChannel;
}

/// <summary>What is done at one window for one vector of channels; cells are offsets into the image in row-major order.</summary>
internal unsafe interface IPoolingWindow<T> where T : unmanaged, INumber<T>
{
    static abstract void Run<TSimd, TVector>(T* image, T* pixel, T* target, nint* cells, int count, T share, bool overlaps)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;
}

/// <summary>Visits the windows of a task and their channels, vector by vector.</summary>
internal readonly unsafe struct PoolingLoop<TWindow, T> : ISimdKernel<T, PoolingCall<T>>
    where TWindow : IPoolingWindow<T>
    where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd, TVector>(ref PoolingCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        PoolingGeometry g = call.Geometry;
        int whole = call.FirstChannel + ((call.LastChannel - call.FirstChannel) / TSimd.Count * TSimd.Count);
        using Scratch<nint> table = Scratch.Rent<nint>(g.WindowHeight * g.WindowWidth);
        nint* cells = table.Pointer;
        bool overlaps = call.Overlaps;
        T share = T.One;
        int counted = -1, cleared = 0;
        for (int row = call.FirstRow; row < call.LastRow; row++)
        {
            nint image = (nint)(row / g.OutHeight) * g.Height * g.Width * g.Channels;
            WindowCells rows = g.Rows(row % g.OutHeight);
            if (call.Clears)
            {
                // Rows are cleared just before windows first reach them, while they are on their way to the cache anyway.
                int upTo = row % g.OutHeight == g.OutHeight - 1 ? g.Height : Math.Max(rows.End, 0);
                cleared = row % g.OutHeight == 0 ? 0 : cleared;
                Clear(call, (row / g.OutHeight * g.Height) + cleared, upTo - cleared);
                cleared = Math.Max(cleared, upTo);
            }
            T* pixel = call.Pixels + ((nint)row * g.OutWidth * g.Channels);
            for (int column = 0; column < g.OutWidth; column++, pixel += g.Channels)
            {
                WindowCells columns = g.Columns(column);
                int count = 0;
                for (int h = rows.First; h < rows.End; h += rows.Step)
                {
                    for (int w = columns.First; w < columns.End; w += columns.Step)
                        cells[count++] = image + ((((nint)h * g.Width) + w) * g.Channels);
                }
                int parts = call.CountsPadding ? rows.WithPadding * columns.WithPadding : Math.Max(1, count);
                if (parts != counted)
                {
                    share = T.CreateTruncating(1.0 / parts);
                    counted = parts;
                }
                int c = call.FirstChannel;
                for (; c < whole; c += TSimd.Count)
                    TWindow.Run<TSimd, TVector>(call.Image + c, pixel + c, call.Target + c, cells, count, share, overlaps);
                for (; c < call.LastChannel; c++)
                    TWindow.Run<SimdScalar<T>, T>(call.Image + c, pixel + c, call.Target + c, cells, count, share, overlaps);
            }
        }
    }

    private static void Clear(in PoolingCall<T> call, int firstRow, int rows)
    {
        int channels = call.Geometry.Channels, own = call.LastChannel - call.FirstChannel;
        nint pixels = (nint)Math.Max(0, rows) * call.Geometry.Width;
        T* target = call.Target + ((nint)firstRow * call.Geometry.Width * channels) + call.FirstChannel;
        if (own == channels)
        {
            new Span<T>(target, checked((int)pixels * channels)).Clear();
            return;
        }

        for (nint pixel = 0; pixel < pixels; pixel++)
            new Span<T>(target + (pixel * channels), own).Clear();
    }
}
