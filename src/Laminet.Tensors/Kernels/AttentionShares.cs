using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>From scores to the shares of the keys, and back, row by row in the cache. A row is a query.</summary>
internal static unsafe class AttentionShares<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How far rows of scores lie apart: whole tiles of the product that makes them, and whole vectors.</summary>
    public static int Stride(int keys, Tile<T> byKey) => Rounding.RoundUp(Rounding.RoundUp(keys, byKey.Columns), TSimd.Count);

    /// <summary>
    /// Turns the products of queries and keys into shares, softmax(scale q k); those not attended to become 0, as do all of a row without keys. Rows are
    /// a <see cref="Stride"/> apart.
    /// </summary>
    public static void Fill(in AttentionCall<T> call, int batch, int head, int firstQuery, int rows, int keys, T* scores, nint stride)
    {
        for (int row = 0; row < rows; row++)
        {
            T* line = scores + (row * stride);
            int query = firstQuery + row, seen = call.Causal ? Math.Min(keys, query + 1) : keys, whole = Rounding.RoundUp(seen, TSimd.Count);
            for (int key = seen; key < whole; key++)
                line[key] = T.NegativeInfinity;
            if (seen > 0)
                Softmax(call, call.Mask.At(batch, head, query), line, seen, whole);
            for (int key = seen; key < keys; key++)
                line[key] = T.Zero;
        }
    }

    private static void Softmax(in AttentionCall<T> call, byte* mask, T* line, int seen, int whole)
    {
        // With a factor above 0 the largest product is the largest score, and one pass scales and takes the largest off.
        T scale = call.Scale;
        if (!(scale > T.Zero))
        {
            RowMath<TSimd, TVector, T>.Linear(line, scale, T.Zero, line, seen);
            scale = T.One;
        }

        if (mask != null)
            Leave(mask, call.Mask.Key, line, seen);
        T peak = RowMath<TSimd, TVector, T>.Max(line, whole);
        if (peak == T.NegativeInfinity)
        {
            new Span<T>(line, seen).Clear();
            return;
        }

        TVector factor = TSimd.Broadcast(scale), shift = TSimd.Broadcast(-peak * scale), sum = TSimd.Broadcast(T.Zero);
        for (int key = 0; key < whole; key += TSimd.Count)
        {
            TVector exponential = NegativeExponential<TSimd, TVector, T>.Of(TSimd.MultiplyAdd(TSimd.Load(line + key), factor, shift));
            TSimd.Store(exponential, line + key);
            sum = TSimd.Add(sum, exponential);
        }

        // The peak itself adds 1, so the sum is not 0.
        TVector share = TSimd.Broadcast(T.One / TSimd.SumOfLanes(sum));
        for (int key = 0; key < whole; key += TSimd.Count)
            TSimd.Store(TSimd.Multiply(TSimd.Load(line + key), share), line + key);
    }

    // Replaced, not added to: that holds for infinite scores, too.
    private static void Leave(byte* mask, nint step, T* scores, int count)
    {
        // Most rows attend to all keys, or to all but the last.
        int key = step == 1 ? new ReadOnlySpan<byte>(mask, count).IndexOf((byte)0) : 0;
        for (key = key < 0 ? count : key; key < count; key++)
            scores[key] = mask[key * step] != 0 ? scores[key] : T.NegativeInfinity;
    }

    /// <summary>kept = the shares that dropout leaves, scaled; the source may be the target. The place of a share among all tells its random number.</summary>
    public static void Drop(in AttentionCall<T> call, int batch, int head, int firstQuery, int rows, int keys, T* source, T* kept, nint stride, uint* words)
    {
        ulong row = ((((ulong)batch * (ulong)call.Heads) + (ulong)head) * (ulong)call.QueryCount) + (ulong)firstQuery;
        for (int i = 0; i < rows; i++, source += stride, kept += stride)
        {
            ulong first = (row + (ulong)i) * (ulong)call.KeyCount;
            int offset = (int)(first % 4);
            RandomWords.Fill(call.DropoutKey, first / 4, 0, words, Rounding.DivideUp(keys + offset, 4));
            for (int key = 0; key < keys; key++)
                kept[key] = (int)(words[key + offset] >> 8) < call.KeptBound ? source[key] * call.KeptScale : T.Zero;
        }
    }

    /// <summary>
    /// upstream = scale (kept upstream - shares sum(kept upstream)): from the gradient by what multiplies the values to that by the products of queries and
    /// keys. Without dropout, kept are the shares.
    /// </summary>
    public static void Backward(T scale, int rows, int keys, T* shares, T* kept, T* upstream, nint stride)
    {
        for (int i = 0; i < rows; i++, shares += stride, kept += stride, upstream += stride)
        {
            T dot = RowMath<TSimd, TVector, T>.Dot(kept, upstream, keys);
            if (shares == kept)
                RowMath<TSimd, TVector, T>.Product(shares, upstream, -dot, upstream, keys);
            else
                Difference(shares, -dot, kept, upstream, keys);
            RowMath<TSimd, TVector, T>.Linear(upstream, scale, T.Zero, upstream, keys);
        }
    }

    /// <summary>upstream = kept upstream + shares minusDot.</summary>
    private static void Difference(T* shares, T minusDot, T* kept, T* upstream, int keys)
    {
        for (int key = 0; key < keys; key++)
            upstream[key] = (kept[key] * upstream[key]) + (shares[key] * minusDot);
    }
}
