using System.Numerics;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>The operands of an attention to the first positions of a cache. A row is a query.</summary>
internal unsafe struct CachedAttentionCall<T> where T : unmanaged
{
    /// <summary>Time counts queries, or positions of the cache; the features of each lie one after the other.</summary>
    public HeadsView<T> Queries, Keys, Values;

    /// <summary>In place of keys and values: a cache of halves, which are widened tile by tile.</summary>
    public HeadsView<ushort> HalfKeys, HalfValues;
    public DType HalfType;

    public MaskView Mask;

    /// <summary>[rows, ValueWidth].</summary>
    public T* Result;
    public int Rows, QueryCount, Heads, HeadsPerKey, Length, Width, ValueWidth, RowsPerTask, FirstRow, LastRow;

    /// <summary>Whether the queries are those of the last positions, and see none after their own.</summary>
    public bool Causal;
}

/// <summary>
/// One pass over the positions in use, tile by tile: what was added up so far is scaled down where a tile has a larger score (Milakov and
/// Gimelshein, "Online normalizer calculation for softmax", 2018).
/// </summary>
internal readonly unsafe struct CachedAttentionRows<T> : ISimdKernel<T, CachedAttentionCall<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int TilePositions = 64;
    private const int TaskElements = 64 * 1024;

    public static void Run(CachedAttentionCall<T> call)
    {
        long perRow = (long)call.Length * (call.Width + call.ValueWidth);
        call.RowsPerTask = (int)Math.Max(1, TaskElements / Math.Max(1, perRow));
        Workers.For(Rounding.DivideUp(call.Rows, call.RowsPerTask), &call, &RunTask);
    }

    public static void Run<TSimd, TVector>(ref CachedAttentionCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T* scores = stackalloc T[TilePositions];
        using Scratch<T> wide = Scratch.Rent<T>(call.HalfKeys.Start == null ? 0 : (nint)TilePositions * Math.Max(call.Width, call.ValueWidth));
        for (int row = call.FirstRow; row < call.LastRow; row++)
            Row<TSimd, TVector>(call, row, scores, wide.Pointer);
    }

    private static void RunTask(void* state, int task)
    {
        CachedAttentionCall<T> call = *(CachedAttentionCall<T>*)state;
        call.FirstRow = task * call.RowsPerTask;
        call.LastRow = call.FirstRow + Math.Min(call.RowsPerTask, call.Rows - call.FirstRow);
        Simd.Dispatch<CachedAttentionRows<T>, T, CachedAttentionCall<T>>(ref call);
    }

    private static void Row<TSimd, TVector>(in CachedAttentionCall<T> call, int row, T* scores, T* wide)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        (int rest, int queryAt) = Math.DivRem(row, call.QueryCount);
        (int example, int head) = Math.DivRem(rest, call.Heads);
        T* query = call.Queries.At(example, head) + (queryAt * call.Queries.Time), result = call.Result + ((nint)row * call.ValueWidth);
        int keyHead = head / call.HeadsPerKey;
        byte* mask = call.Mask.At(example, head, queryAt);
        int length = call.Causal ? Math.Max(0, call.Length - call.QueryCount + 1 + queryAt) : call.Length;
        new Span<T>(result, call.ValueWidth).Clear();
        T scale = T.One / T.Sqrt(T.CreateTruncating(call.Width)), sum = T.Zero;
        // Finite, since infinity less infinity is NaN.
        T peak = typeof(T) == typeof(float) ? T.CreateTruncating(float.MinValue) : T.CreateTruncating(double.MinValue);
        for (int start = 0; start < length; start += TilePositions)
        {
            int count = Math.Min(TilePositions, length - start);
            T* keys = Positions(call.Keys, call.HalfKeys, call.HalfType, example, keyHead, start, count, call.Width, wide, out nint step);
            for (int i = 0; i < count; i++, keys += step)
                scores[i] = mask != null && mask[(start + i) * call.Mask.Key] == 0 ? T.NegativeInfinity : RowMath<TSimd, TVector, T>.Dot(query, keys, call.Width) * scale;
            T higher = T.Max(peak, RowMath<TSimd, TVector, T>.Max(scores, count)), shrink = T.Exp(peak - higher);
            peak = higher;
            RowMath<TSimd, TVector, T>.Linear(scores, T.One, -peak, scores, count);
            TensorPrimitives.Exp(new ReadOnlySpan<T>(scores, count), new Span<T>(scores, count));
            sum = (sum * shrink) + RowMath<TSimd, TVector, T>.Sum(scores, count);
            T* values = Positions(call.Values, call.HalfValues, call.HalfType, example, keyHead, start, count, call.ValueWidth, wide, out step);
            for (int i = 0; i < count; i++, values += step)
                RowMath<TSimd, TVector, T>.Blend(values, scores[i], result, i == 0 ? shrink : T.One, result, call.ValueWidth);
        }

        // The peak itself adds 1, so a sum below 1 is the 0 of a row that is all minus infinity, or of no positions.
        RowMath<TSimd, TVector, T>.Linear(result, T.One / T.Max(sum, T.One), T.Zero, result, call.ValueWidth);
    }

    /// <summary>Some positions of a head, as they lie or, of halves, widened.</summary>
    private static T* Positions(
        in HeadsView<T> view, in HeadsView<ushort> halves, DType type, int example, int head, int start, int count, int width, T* wide, out nint step)
    {
        step = view.Time;
        if (halves.Start == null)
            return view.At(example, head) + (start * step);
        step = width;
        HalfNumbers.WidenRows(type, halves.At(example, head) + (start * halves.Time), halves.Time, count, width, (float*)wide);
        return wide;
    }
}
