using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>result[i] = row i of a matrix · vector, for rows that are contiguous: nothing to pack, and every element is read once.</summary>
internal unsafe struct MatrixVector<T> : ISimdKernel<T, MatrixVector<T>> where T : unmanaged, INumber<T>
{
    private const int TaskElements = 32 * 1024;

    public T* Matrix;
    public nint RowStride;
    public int Rows, Depth;
    public T* Vector;
    public T* Result;
    public nint ResultStride;
    public Epilogue<T> Epilogue;

    /// <summary>0 where scale and bias are the same for all results.</summary>
    public nint BiasStride;

    private int rowsPerTask, firstRow, endRow;

    public void Run()
    {
        rowsPerTask = Math.Max(1, TaskElements / Math.Max(1, Depth));
        Workers.For(Rounding.DivideUp(Rows, rowsPerTask), Unsafe.AsPointer(ref this), &RunTask);
    }

    private static void RunTask(void* state, int task)
    {
        MatrixVector<T> part = *(MatrixVector<T>*)state;
        part.firstRow = task * part.rowsPerTask;
        part.endRow = Math.Min(part.Rows, part.firstRow + part.rowsPerTask);
        Simd.Dispatch<MatrixVector<T>, T, MatrixVector<T>>(ref part);
    }

    public static void Run<TSimd, TVector>(ref MatrixVector<T> part)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (int row = part.firstRow; row < part.endRow; row++)
        {
            T sum = Dot<TSimd, TVector>(part.Matrix + (row * part.RowStride), part.Vector, part.Depth);
            nint place = row * part.ResultStride;
            T* addend = part.Epilogue.Addend == null ? null : part.Epilogue.Addend + place;
            T* scale = part.Epilogue.Scale == null ? null : part.Epilogue.Scale + (row * part.BiasStride);
            T* bias = part.Epilogue.Bias == null ? null : part.Epilogue.Bias + (row * part.BiasStride);
            TileOutput<SimdScalar<T>, T, T>.Write(sum, part.Result + place, scale, addend, bias, part.Epilogue.Ceiling);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Dot<TSimd, TVector>(T* a, T* b, int length)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0, count = TSimd.Count;
        for (; i <= length - (4 * count); i += 4 * count)
        {
            sum0 = TSimd.MultiplyAdd(TSimd.Load(a + i), TSimd.Load(b + i), sum0);
            sum1 = TSimd.MultiplyAdd(TSimd.Load(a + i + count), TSimd.Load(b + i + count), sum1);
            sum2 = TSimd.MultiplyAdd(TSimd.Load(a + i + (2 * count)), TSimd.Load(b + i + (2 * count)), sum2);
            sum3 = TSimd.MultiplyAdd(TSimd.Load(a + i + (3 * count)), TSimd.Load(b + i + (3 * count)), sum3);
        }
        for (; i <= length - count; i += count)
            sum0 = TSimd.MultiplyAdd(TSimd.Load(a + i), TSimd.Load(b + i), sum0);
        T* lanes = stackalloc T[TSimd.Count];
        TSimd.Store(TSimd.Add(TSimd.Add(sum0, sum1), TSimd.Add(sum2, sum3)), lanes);
        for (int half = count / 2; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
                lanes[lane] += lanes[lane + half];
        }
        T sum = lanes[0];
        for (; i < length; i++)
            sum = T.MultiplyAddEstimate(a[i], b[i], sum);
        return sum;
    }
}
