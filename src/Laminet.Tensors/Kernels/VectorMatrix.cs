using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// result = vector·matrix for contiguous rows: a dense layer on a single example. Nothing is used twice, so the rows are read in the
/// order in which they lie, as fast as memory gives them; parts of the rows, cut by the shape alone, are summed apart and then in order.
/// </summary>
internal unsafe struct VectorMatrix<T> : ISimdKernel<T, VectorMatrix<T>> where T : unmanaged, INumber<T>
{
    private const int PartElements = 64 * 1024;
    private const int MaxParts = 16;

    public T* Vector;
    public nint Step;
    public T* Matrix;
    public nint RowStride;
    public int Depth, Columns;
    public T* Result;
    public Epilogue<T> Epilogue;

    private T* sums;
    private int parts, part;

    public void Run()
    {
        // A power of two, so that two or four threads have the same to do.
        parts = 1 << BitOperations.Log2((uint)Math.Clamp((long)Depth * Columns / PartElements, 1, Math.Min(MaxParts, Math.Max(1, Depth / 4))));
        using Scratch<T> memory = Scratch.Rent<T>((nint)parts * Columns);
        sums = memory.Pointer;
        Workers.For(parts, Unsafe.AsPointer(ref this), &RunPart);
        for (int column = 0; column < Columns; column++)
        {
            T sum = sums[column];
            for (int i = 1; i < parts; i++)
                sum += sums[((nint)i * Columns) + column];
            TileOutput<SimdScalar<T>, T, T>.Write(
                sum, Result + column, Epilogue.Scale == null ? null : Epilogue.Scale + column,
                Epilogue.Addend == null ? null : Epilogue.Addend + column, Epilogue.Bias == null ? null : Epilogue.Bias + column, Epilogue.Ceiling);
        }
    }

    private static void RunPart(void* state, int task)
    {
        VectorMatrix<T> copy = *(VectorMatrix<T>*)state;
        copy.part = task;
        Simd.Dispatch<VectorMatrix<T>, T, VectorMatrix<T>>(ref copy);
    }

    public static void Run<TSimd, TVector>(ref VectorMatrix<T> product)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int row = (int)((long)product.part * product.Depth / product.parts), end = (int)((product.part + 1L) * product.Depth / product.parts);
        T* sums = product.sums + ((nint)product.part * product.Columns);
        new Span<T>(sums, product.Columns).Clear();
        int whole = product.Columns / TSimd.Count * TSimd.Count;
        int quarter = (end - row) / 4, behind = row + (4 * quarter);
        for (; quarter > 0 && row < behind - (3 * quarter); row++)
        {
            Four<TSimd, TVector>(product, row, quarter, sums, 0, whole);
            Four<SimdScalar<T>, T>(product, row, quarter, sums, whole, product.Columns);
        }
        for (row = behind; row < end; row++)
        {
            One<TSimd, TVector>(product, row, sums, 0, whole);
            One<SimdScalar<T>, T>(product, row, sums, whole, product.Columns);
        }
    }

    /// <summary>Four rows to one pass over the sums, so far apart that the processor sees four long streams, as in <see cref="HalfVectorProduct"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TSimd, TVector>(in VectorMatrix<T> product, int row, int apart, T* sums, nint begin, nint end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T* vector = product.Vector + (row * product.Step);
        nint step = apart * product.Step, stride = apart * product.RowStride;
        TVector value0 = TSimd.Broadcast(vector[0]), value1 = TSimd.Broadcast(vector[step]);
        TVector value2 = TSimd.Broadcast(vector[2 * step]), value3 = TSimd.Broadcast(vector[3 * step]);
        T* row0 = product.Matrix + (row * product.RowStride), row1 = row0 + stride, row2 = row1 + stride, row3 = row2 + stride;
        for (nint i = begin; i < end; i += TSimd.Count)
        {
            TVector sum = TSimd.MultiplyAdd(TSimd.Load(row0 + i), value0, TSimd.Load(sums + i));
            sum = TSimd.MultiplyAdd(TSimd.Load(row1 + i), value1, sum);
            sum = TSimd.MultiplyAdd(TSimd.Load(row2 + i), value2, sum);
            TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(row3 + i), value3, sum), sums + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<TSimd, TVector>(in VectorMatrix<T> product, int row, T* sums, nint begin, nint end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector value = TSimd.Broadcast(product.Vector[row * product.Step]);
        T* matrix = product.Matrix + (row * product.RowStride);
        for (nint i = begin; i < end; i += TSimd.Count)
            TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(matrix + i), value, TSimd.Load(sums + i)), sums + i);
    }
}
