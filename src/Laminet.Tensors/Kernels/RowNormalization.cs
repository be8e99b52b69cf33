using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>The operands of a normalisation of rows; those it does not use are null.</summary>
internal unsafe struct RowNormalizationCall<T> where T : unmanaged
{
    /// <summary>[rows, width]: Upstream is the gradient by the result, Result the normalised rows or the gradient by X.</summary>
    public T* X, Upstream, Result;

    /// <summary>[width].</summary>
    public T* Gamma, Beta;

    /// <summary>[tasks, 2, width]: sums over the rows of a task, for the gradients by gamma and beta.</summary>
    public T* Partials;
    public T Epsilon;

    /// <summary>Whether the mean is taken off first.</summary>
    public bool Centers;
    public int Rows, Width, RowsPerTask, Task;
}

/// <summary>
/// y = gamma (x - mean) r + beta with r = 1 / sqrt(variance + epsilon), row by row, and its gradients. A row stays in the first-level cache while
/// its mean and then the squared deviations from that are summed, so a mean far from zero costs no digits.
/// </summary>
internal static unsafe class RowNormalization
{
    private const int TaskElements = 16 * 1024;

    /// <summary>Partial sums are few, so that putting them together costs little beside making them.</summary>
    private const int MostPartials = 64;

    public static void Forward<T>(RowNormalizationCall<T> call) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (call.Width == 0)
            return;
        call.RowsPerTask = Math.Max(1, TaskElements / call.Width);
        Workers.For(Rounding.DivideUp(call.Rows, call.RowsPerTask), &call, &RunTask<RowNormalizationForward<T>, T>);
    }

    /// <summary>The gradients by x, gamma and beta; null for one that is not wanted.</summary>
    public static void Backward<T>(RowNormalizationCall<T> call, T* byGamma, T* byBeta) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (call.Width == 0)
            return;
        // By the shape alone: the order of the sums must not depend on the number of threads.
        call.RowsPerTask = Math.Max(Math.Max(1, TaskElements / call.Width), Rounding.DivideUp(call.Rows, MostPartials));
        int tasks = Rounding.DivideUp(call.Rows, call.RowsPerTask);
        using Scratch<T> partials = Scratch.Rent<T>((nint)tasks * 2 * call.Width);
        call.Partials = partials.Pointer;
        Workers.For(tasks, &call, &RunTask<RowNormalizationBackward<T>, T>);
        Add(partials.Pointer, tasks, call.Width, byGamma);
        Add(partials.Pointer + call.Width, tasks, call.Width, byBeta);
    }

    private static void RunTask<TKernel, T>(void* state, int task)
        where TKernel : ISimdKernel<T, RowNormalizationCall<T>>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RowNormalizationCall<T> call = *(RowNormalizationCall<T>*)state;
        call.Task = task;
        Simd.Dispatch<TKernel, T, RowNormalizationCall<T>>(ref call);
    }

    private static void Add<T>(T* partials, int tasks, int width, T* sum) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (sum == null)
            return;
        Span<T> total = new(sum, width);
        total.Clear();
        for (int task = 0; task < tasks; task++)
            System.Numerics.Tensors.TensorPrimitives.Add(total, new ReadOnlySpan<T>(partials + ((nint)task * 2 * width), width), total);
    }
}

/// <summary>A row's statistics. A deviation (x - Mean) r is x factor + offset after <see cref="Base"/> is taken off.</summary>
/// <param name="Base">What is taken off first: the mean as far as it was found at the first look, 0 where nothing is taken off.</param>
/// <param name="R">1 / sqrt(variance + epsilon).</param>
/// <param name="Offset">-(mean - base) r.</param>
internal readonly record struct RowStatistics<T>(T Base, T R, T Offset) where T : unmanaged, IFloatingPointIeee754<T>
{
    public static unsafe RowStatistics<T> Of<TSimd, TVector>(T* x, in RowNormalizationCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T share = T.One / T.CreateTruncating(call.Width), start = call.Centers ? RowMath<TSimd, TVector, T>.Sum(x, call.Width) * share : T.Zero;
        (T deviations, T squares) = Sums<TSimd, TVector>(x, start, call.Width);
        // The mean is rounded; what that leaves in the deviations is taken out of them again.
        T rest = call.Centers ? deviations * share : T.Zero, variance = T.Max(T.Zero, (squares * share) - (rest * rest));
        T r = T.One / T.Sqrt(variance + call.Epsilon);
        return new(start, r, -rest * r);
    }

    private static unsafe (T Deviations, T Squares) Sums<TSimd, TVector>(T* x, T start, int width)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector minus = TSimd.Broadcast(-start), d0 = TSimd.Broadcast(T.Zero), d1 = d0, s0 = d0, s1 = d0;
        int i = 0;
        for (; i <= width - (2 * TSimd.Count); i += 2 * TSimd.Count)
        {
            TVector first = TSimd.Add(TSimd.Load(x + i), minus), second = TSimd.Add(TSimd.Load(x + i + TSimd.Count), minus);
            d0 = TSimd.Add(d0, first);
            d1 = TSimd.Add(d1, second);
            s0 = TSimd.MultiplyAdd(first, first, s0);
            s1 = TSimd.MultiplyAdd(second, second, s1);
        }

        T deviations = TSimd.SumOfLanes(TSimd.Add(d0, d1)), squares = TSimd.SumOfLanes(TSimd.Add(s0, s1));
        for (; i < width; i++)
        {
            T deviation = x[i] - start;
            deviations += deviation;
            squares += deviation * deviation;
        }

        return (deviations, squares);
    }
}

/// <summary>Result = the normalised rows.</summary>
internal readonly unsafe struct RowNormalizationForward<T> : ISimdKernel<T, RowNormalizationCall<T>> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Run<TSimd, TVector>(ref RowNormalizationCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int first = call.Task * call.RowsPerTask, rows = Math.Min(call.RowsPerTask, call.Rows - first);
        T* x = call.X + ((nint)first * call.Width), y = call.Result + ((nint)first * call.Width);
        int whole = call.Width / TSimd.Count * TSimd.Count;
        for (int row = 0; row < rows; row++, x += call.Width, y += call.Width)
        {
            RowStatistics<T> by = RowStatistics<T>.Of<TSimd, TVector>(x, call);
            Columns<TSimd, TVector>(call, by, x, y, 0, whole);
            Columns<SimdScalar<T>, T>(call, by, x, y, whole, call.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns<TSimd, TVector>(in RowNormalizationCall<T> call, RowStatistics<T> by, T* x, T* y, int column, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector minus = TSimd.Broadcast(-by.Base), r = TSimd.Broadcast(by.R), offset = TSimd.Broadcast(by.Offset);
        T* gamma = call.Gamma, beta = call.Beta;
        for (; column < end; column += TSimd.Count)
        {
            TVector normal = TSimd.MultiplyAdd(TSimd.Add(TSimd.Load(x + column), minus), r, offset);
            TSimd.Store(TSimd.MultiplyAdd(normal, TSimd.Load(gamma + column), TSimd.Load(beta + column)), y + column);
        }
    }
}

/// <summary>
/// Result = r (g - mean(g) - n mean(g n)), with g = upstream gamma and n the normalised x without gamma and beta; mean(g) only where the mean of x is
/// taken off. Partials = the task's sums of upstream n and of upstream.
/// </summary>
internal readonly unsafe struct RowNormalizationBackward<T> : ISimdKernel<T, RowNormalizationCall<T>> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Run<TSimd, TVector>(ref RowNormalizationCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int width = call.Width, first = call.Task * call.RowsPerTask, rows = Math.Min(call.RowsPerTask, call.Rows - first), whole = width / TSimd.Count * TSimd.Count;
        T* byGamma = call.Partials + ((nint)call.Task * 2 * width);
        new Span<T>(byGamma, 2 * width).Clear();
        T share = T.One / T.CreateTruncating(width);
        for (int row = first; row < first + rows; row++)
        {
            nint at = (nint)row * width;
            RowStatistics<T> by = RowStatistics<T>.Of<TSimd, TVector>(call.X + at, call);
            (T plain, T weighted) = Sums<TSimd, TVector>(call, by, at, byGamma, 0, whole);
            (T restPlain, T restWeighted) = Sums<SimdScalar<T>, T>(call, by, at, byGamma, whole, width);
            if (call.Result == null)
                continue;
            T minusMean = call.Centers ? -(plain + restPlain) * share : T.Zero, minusWeighted = -(weighted + restWeighted) * share;
            Columns<TSimd, TVector>(call, by, at, minusMean, minusWeighted, 0, whole);
            Columns<SimdScalar<T>, T>(call, by, at, minusMean, minusWeighted, whole, width);
        }
    }

    /// <summary>Adds a row to the partial sums, and gives its sums of g and of g n.</summary>
    private static (T Plain, T Weighted) Sums<TSimd, TVector>(in RowNormalizationCall<T> call, RowStatistics<T> by, nint at, T* byGamma, int column, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector minus = TSimd.Broadcast(-by.Base), r = TSimd.Broadcast(by.R), offset = TSimd.Broadcast(by.Offset), plain = TSimd.Broadcast(T.Zero), weighted = plain;
        T* x = call.X + at, upstream = call.Upstream + at, gamma = call.Gamma, byBeta = byGamma + call.Width;
        for (; column < end; column += TSimd.Count)
        {
            TVector normal = TSimd.MultiplyAdd(TSimd.Add(TSimd.Load(x + column), minus), r, offset), dy = TSimd.Load(upstream + column);
            TSimd.Store(TSimd.MultiplyAdd(dy, normal, TSimd.Load(byGamma + column)), byGamma + column);
            TSimd.Store(TSimd.Add(dy, TSimd.Load(byBeta + column)), byBeta + column);
            TVector g = TSimd.Multiply(dy, TSimd.Load(gamma + column));
            plain = TSimd.Add(plain, g);
            weighted = TSimd.MultiplyAdd(g, normal, weighted);
        }

        return (TSimd.SumOfLanes(plain), TSimd.SumOfLanes(weighted));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns<TSimd, TVector>(in RowNormalizationCall<T> call, RowStatistics<T> by, nint at, T minusMean, T minusWeighted, int column, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector minus = TSimd.Broadcast(-by.Base), r = TSimd.Broadcast(by.R), offset = TSimd.Broadcast(by.Offset);
        TVector mean = TSimd.Broadcast(minusMean), share = TSimd.Broadcast(minusWeighted);
        T* x = call.X + at, upstream = call.Upstream + at, gamma = call.Gamma, dx = call.Result + at;
        for (; column < end; column += TSimd.Count)
        {
            TVector normal = TSimd.MultiplyAdd(TSimd.Add(TSimd.Load(x + column), minus), r, offset);
            TVector g = TSimd.MultiplyAdd(TSimd.Load(upstream + column), TSimd.Load(gamma + column), mean);
            TSimd.Store(TSimd.Multiply(r, TSimd.MultiplyAdd(normal, share, g)), dx + column);
        }
    }
}
