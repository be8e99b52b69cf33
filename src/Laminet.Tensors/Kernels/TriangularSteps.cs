using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Solves L X = B for a small lower triangular L, in place of B: x_j = (b_j - sum over i below j of l_ji x_i) / l_jj. Columns of X are independent, so strips of them go to the threads,
/// and a few vectors of columns stay in registers.
/// </summary>
internal unsafe struct TriangularSteps<T> : ISimdKernel<T, TriangularSteps<T>> where T : unmanaged, INumber<T>
{
    private const int StripColumns = 256, SharedWork = 64 * 1024;

    public T* L, X;

    /// <summary>Strides of L, and from a row of X to the next; any sign.</summary>
    public nint RowStride, ColumnStride, Stride;

    public int Order, Columns;

    /// <summary>Whether the diagonal is read as ones.</summary>
    public bool HasUnitDiagonal;

    private int firstColumn, stripColumns;

    public void Run()
    {
        int strips = Rounding.DivideUp(Columns, StripColumns);
        if ((long)Order * Order * Columns < SharedWork)
        {
            for (int strip = 0; strip < strips; strip++)
                RunStrip(ref this, strip);
            return;
        }

        Workers.For(strips, ref this, &RunStrip);
    }

    private static void RunStrip(ref TriangularSteps<T> steps, int strip)
    {
        TriangularSteps<T> copy = steps;
        copy.firstColumn = strip * StripColumns;
        copy.stripColumns = Math.Min(StripColumns, steps.Columns - copy.firstColumn);
        Simd.Dispatch<TriangularSteps<T>, T, TriangularSteps<T>>(ref copy);
    }

    public static void Run<TSimd, TVector>(ref TriangularSteps<T> steps)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int column = 0, columns = steps.stripColumns;
        T* x = steps.X + steps.firstColumn;
        for (; column + (4 * TSimd.Count) <= columns; column += 4 * TSimd.Count)
            Four<TSimd, TVector>(steps, x + column);
        for (; column + TSimd.Count <= columns; column += TSimd.Count)
            One<TSimd, TVector>(steps, x + column);
        for (; column < columns; column++)
            One<SimdScalar<T>, T>(steps, x + column);
    }

    private static void Four<TSimd, TVector>(in TriangularSteps<T> steps, T* x)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        nint step = TSimd.Count, stride = steps.Stride;
        for (int j = 0; j < steps.Order; j++)
        {
            T* row = steps.L + (j * steps.RowStride), target = x + (j * stride), source = x;
            TVector a = TSimd.Load(target), b = TSimd.Load(target + step), c = TSimd.Load(target + (2 * step)), d = TSimd.Load(target + (3 * step));
            for (int i = 0; i < j; i++, row += steps.ColumnStride, source += stride)
            {
                TVector factor = TSimd.Broadcast(-*row);
                a = TSimd.MultiplyAdd(factor, TSimd.Load(source), a);
                b = TSimd.MultiplyAdd(factor, TSimd.Load(source + step), b);
                c = TSimd.MultiplyAdd(factor, TSimd.Load(source + (2 * step)), c);
                d = TSimd.MultiplyAdd(factor, TSimd.Load(source + (3 * step)), d);
            }

            if (!steps.HasUnitDiagonal)
            {
                TVector divisor = TSimd.Broadcast(*row);
                (a, b, c, d) = (TSimd.Divide(a, divisor), TSimd.Divide(b, divisor), TSimd.Divide(c, divisor), TSimd.Divide(d, divisor));
            }

            TSimd.Store(a, target);
            TSimd.Store(b, target + step);
            TSimd.Store(c, target + (2 * step));
            TSimd.Store(d, target + (3 * step));
        }
    }

    private static void One<TSimd, TVector>(in TriangularSteps<T> steps, T* x)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (int j = 0; j < steps.Order; j++)
        {
            T* row = steps.L + (j * steps.RowStride), target = x + (j * steps.Stride), source = x;
            TVector sum = TSimd.Load(target);
            for (int i = 0; i < j; i++, row += steps.ColumnStride, source += steps.Stride)
                sum = TSimd.MultiplyAdd(TSimd.Broadcast(-*row), TSimd.Load(source), sum);
            TSimd.Store(steps.HasUnitDiagonal ? sum : TSimd.Divide(sum, TSimd.Broadcast(*row)), target);
        }
    }
}
