using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// result = vector·matrix for a matrix of BFloat16: a dense layer on a single example. The matrix is widened in registers, so memory gives half the bytes; sums are Float32. Parts of the sums, cut by the shape alone, are added in order, as
/// in <see cref="VectorMatrix{T}"/> and <see cref="MatrixVector{T}"/>.
/// </summary>
/// <remarks>
/// Two neighbours are read as one number of 32 bits: the second is its upper half as it stands, the first its lower half moved up. So a stretch of two vectors comes as its even places, then its odd ones, and in this
/// order lie the sums and, by rows, the factors; columns behind the last whole stretch are as they are. That needs the lower half in memory first.
/// </remarks>
internal unsafe struct HalfVectorProduct
{
    private const int PartElements = 64 * 1024, MaxParts = 16;

    public float* Factors;
    public ushort* Matrix;

    /// <summary>Whether the matrix is read transposed: each result is the product of the vector and a row.</summary>
    public bool ByRows;

    /// <summary>Between rows, each of which is contiguous.</summary>
    public nint RowStride;
    public int Rows, Columns;

    /// <summary>As many as there are columns or, by rows, rows.</summary>
    public float* Result;

    private float* sums;
    private int parts, part;

    public void Run()
    {
        if (ByRows)
        {
            parts = (int)Math.Max(1, (long)Rows * Columns / PartElements);
            using Scratch<float> split = Scratch.Rent<float>(Columns);
            Split(Factors, split.Pointer);
            Factors = split.Pointer;
            Workers.For(parts, Unsafe.AsPointer(ref this), &RunPart);
            return;
        }

        // A power of two, so that two or four threads have the same to do.
        parts = 1 << BitOperations.Log2((uint)Math.Clamp((long)Rows * Columns / PartElements, 1, Math.Min(MaxParts, Math.Max(1, Rows / 4))));
        using Scratch<float> memory = Scratch.Rent<float>((nint)parts * Columns);
        sums = memory.Pointer;
        Workers.For(parts, Unsafe.AsPointer(ref this), &RunPart);
        Span<float> total = new(sums, Columns);
        for (int i = 1; i < parts; i++)
            TensorPrimitives.Add(total, new ReadOnlySpan<float>(sums + ((nint)i * Columns), Columns), total);
        Join(sums, Result);
    }

    // How many columns lie in whole stretches.
    private readonly int Whole => Columns - (Columns % (2 * Vector<float>.Count));

    private readonly void Split(float* row, float* split)
    {
        int whole = Whole, count = Vector<float>.Count;
        for (int start = 0; start < whole; start += 2 * count)
        {
            for (int i = 0; i < count; i++)
                (split[start + i], split[start + count + i]) = (row[start + (2 * i)], row[start + (2 * i) + 1]);
        }

        new ReadOnlySpan<float>(row + whole, Columns - whole).CopyTo(new(split + whole, Columns - whole));
    }

    private readonly void Join(float* split, float* row)
    {
        int whole = Whole, count = Vector<float>.Count;
        for (int start = 0; start < whole; start += 2 * count)
        {
            for (int i = 0; i < count; i++)
                (row[start + (2 * i)], row[start + (2 * i) + 1]) = (split[start + i], split[start + count + i]);
        }

        new ReadOnlySpan<float>(split + whole, Columns - whole).CopyTo(new(row + whole, Columns - whole));
    }

    private static void RunPart(void* state, int task)
    {
        HalfVectorProduct copy = *(HalfVectorProduct*)state;
        copy.part = task;
        int row = (int)((long)task * copy.Rows / copy.parts), end = (int)((task + 1L) * copy.Rows / copy.parts);
        if (copy.ByRows)
        {
            for (; row < end; row++)
                copy.Result[row] = copy.Dot(copy.Matrix + (row * copy.RowStride));
            return;
        }

        new Span<float>(copy.sums + ((nint)task * copy.Columns), copy.Columns).Clear();
        int quarter = (end - row) / 4, behind = row + (4 * quarter);
        for (; quarter > 0 && row < behind - (3 * quarter); row++)
            copy.AddFour(row, quarter);
        for (row = behind; row < end; row++)
            copy.AddOne(row);
    }

    /// <summary>Four rows to one pass over the sums, a quarter of the part's rows apart: so the processor sees four long streams and fetches them by itself. Of neighbouring rows it does not see where the next four begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddFour(int row, int apart)
    {
        float* sum = sums + ((nint)part * Columns);
        nint stride = apart * RowStride;
        ushort* row0 = Matrix + (row * RowStride), row1 = row0 + stride, row2 = row1 + stride, row3 = row2 + stride;
        float factor0 = Factors[row], factor1 = Factors[row + apart], factor2 = Factors[row + (2 * apart)], factor3 = Factors[row + (3 * apart)];
        Vector<float> value0 = new(factor0), value1 = new(factor1), value2 = new(factor2), value3 = new(factor3);
        int i = 0, count = Vector<float>.Count;
        for (; i <= Columns - (2 * count); i += 2 * count)
        {
            Vector<float> even = Vector.Load(sum + i), odd = Vector.Load(sum + i + count);
            Vector<uint> pairs0 = Vector.Load((uint*)(row0 + i)), pairs1 = Vector.Load((uint*)(row1 + i)), pairs2 = Vector.Load((uint*)(row2 + i)), pairs3 = Vector.Load((uint*)(row3 + i));
            even = Vector.FusedMultiplyAdd(Even(pairs1), value1, Vector.FusedMultiplyAdd(Even(pairs0), value0, even));
            odd = Vector.FusedMultiplyAdd(Odd(pairs1), value1, Vector.FusedMultiplyAdd(Odd(pairs0), value0, odd));
            even = Vector.FusedMultiplyAdd(Even(pairs3), value3, Vector.FusedMultiplyAdd(Even(pairs2), value2, even));
            odd = Vector.FusedMultiplyAdd(Odd(pairs3), value3, Vector.FusedMultiplyAdd(Odd(pairs2), value2, odd));
            Vector.Store(even, sum + i);
            Vector.Store(odd, sum + i + count);
        }

        for (; i < Columns; i++)
            sum[i] = float.FusedMultiplyAdd(Widened(row3[i]), factor3, float.FusedMultiplyAdd(Widened(row2[i]), factor2, float.FusedMultiplyAdd(Widened(row1[i]), factor1, float.FusedMultiplyAdd(Widened(row0[i]), factor0, sum[i]))));
    }

    private readonly void AddOne(int row)
    {
        float* sum = sums + ((nint)part * Columns);
        ushort* numbers = Matrix + (row * RowStride);
        Vector<float> value = new(Factors[row]);
        int i = 0, count = Vector<float>.Count;
        for (; i <= Columns - (2 * count); i += 2 * count)
        {
            Vector<uint> pairs = Vector.Load((uint*)(numbers + i));
            Vector.Store(Vector.FusedMultiplyAdd(Even(pairs), value, Vector.Load(sum + i)), sum + i);
            Vector.Store(Vector.FusedMultiplyAdd(Odd(pairs), value, Vector.Load(sum + i + count)), sum + i + count);
        }

        for (; i < Columns; i++)
            sum[i] = float.FusedMultiplyAdd(Widened(numbers[i]), Factors[row], sum[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly float Dot(ushort* row)
    {
        Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0, count = Vector<float>.Count;
        for (; i <= Columns - (4 * count); i += 4 * count)
        {
            Vector<uint> first = Vector.Load((uint*)(row + i)), second = Vector.Load((uint*)(row + i + (2 * count)));
            sum0 = Vector.FusedMultiplyAdd(Even(first), Vector.Load(Factors + i), sum0);
            sum1 = Vector.FusedMultiplyAdd(Odd(first), Vector.Load(Factors + i + count), sum1);
            sum2 = Vector.FusedMultiplyAdd(Even(second), Vector.Load(Factors + i + (2 * count)), sum2);
            sum3 = Vector.FusedMultiplyAdd(Odd(second), Vector.Load(Factors + i + (3 * count)), sum3);
        }

        for (; i <= Columns - (2 * count); i += 2 * count)
        {
            Vector<uint> last = Vector.Load((uint*)(row + i));
            sum0 = Vector.FusedMultiplyAdd(Even(last), Vector.Load(Factors + i), sum0);
            sum1 = Vector.FusedMultiplyAdd(Odd(last), Vector.Load(Factors + i + count), sum1);
        }

        float sum = Vector.Sum(sum0 + sum1 + (sum2 + sum3));
        for (; i < Columns; i++)
            sum = float.FusedMultiplyAdd(Widened(row[i]), Factors[i], sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Even(Vector<uint> pairs) => Vector.AsVectorSingle(pairs << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Odd(Vector<uint> pairs) => Vector.AsVectorSingle(pairs & new Vector<uint>(0xFFFF0000));

    private static float Widened(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
