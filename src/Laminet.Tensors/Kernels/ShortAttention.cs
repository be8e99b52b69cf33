using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// softmax(scale q kᵀ) v for few keys. The scores lie transposed, a row for each key, so that what is taken over all keys is taken of whole vectors of queries: across the lanes of rows so short it would cost as much as the
/// products. While one head is computed, what the next one reads is on its way into the cache.
/// </summary>
internal readonly unsafe struct ShortAttention<T> : ISimdKernel<T, AttentionCall<T>> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostKeys = 64, LeastQueries = 8;

    /// <summary>A common multiple of the tiles' columns; the scores of so many queries stay in the first-level cache.</summary>
    private const int BlockQueries = 96;

    public static bool Suits(in AttentionCall<T> call) => call.KeyCount is > 0 and <= MostKeys && call.QueryCount >= LeastQueries && call.KeptBound == 0 && call.Scale > T.Zero;

    public static void Run<TSimd, TVector>(ref AttentionCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int heads = call.Batch * call.Heads, end = Math.Min(heads, (call.Task + 1) * call.HeadsPerTask), queryCount = Math.Min(call.QueryCount, BlockQueries);
        Tile<T> byQuery = Tile<T>.For(queryCount), byValue = Tile<T>.For(call.ValueWidth);
        int stride = Rounding.RoundUp(Rounding.RoundUp(queryCount, byQuery.Columns), TSimd.Count);
        nint queriesLength = PackedFactor<T>.Length(byQuery, call.Width, queryCount), valuesLength = PackedFactor<T>.Length(byValue, call.KeyCount, call.ValueWidth);
        using Scratch<T> memory = Scratch.Rent<T>(queriesLength + valuesLength + ((nint)call.KeyCount * stride));
        T* valuePanels = memory.Pointer + queriesLength, scores = valuePanels + valuesLength;
        for (int place = call.Task * call.HeadsPerTask; place < end; place++)
        {
            (int batch, int head) = Math.DivRem(place, call.Heads);
            int keyHead = head / (call.Heads / call.KeyHeads);
            if (place + 1 < end)
                Announce(call, place + 1);
            PackedFactor<T> values = PackedFactor<T>.Of(
                byValue, call.Values.At(batch, keyHead), call.Values.Time, call.Values.Width, call.KeyCount, call.ValueWidth, valuePanels);
            for (int query = 0; query < call.QueryCount; query += queryCount)
            {
                int rows = Math.Min(queryCount, call.QueryCount - query), keys = call.KeysFor(query, rows);
                PackedFactor<T> queries = PackedFactor<T>.Of(
                    byQuery, call.Queries.At(batch, head) + (query * call.Queries.Time), call.Queries.Width, call.Queries.Time, call.Width, rows, memory.Pointer);
                queries.Multiply(call.Keys.At(batch, keyHead), call.Keys.Time, call.Keys.Width, keys, call.Width, queries.PaddedColumns, scores, stride);
                Leave(call, batch, head, query, rows, keys, scores, stride);
                for (int column = 0; column < rows; column += TSimd.Count)
                    Softmax<TSimd, TVector>(scores + column, stride, keys, call.Scale);
                values.Multiply(scores, 1, stride, rows, keys, call.ValueWidth, call.Result.At(batch, head) + (query * call.Result.Time), call.Result.Time);
            }
        }
    }

    private static void Announce(in AttentionCall<T> call, int place)
    {
        (int batch, int head) = Math.DivRem(place, call.Heads);
        int keyHead = head / (call.Heads / call.KeyHeads);
        Announce(call.Queries, call.Queries.At(batch, head), Math.Min(call.QueryCount, BlockQueries), call.Width);
        Announce(call.Keys, call.Keys.At(batch, keyHead), call.KeyCount, call.Width);
        Announce(call.Values, call.Values.At(batch, keyHead), call.KeyCount, call.ValueWidth);
        Announce(call.Result, call.Result.At(batch, head), Math.Min(call.QueryCount, BlockQueries), call.ValueWidth);
    }

    private static void Announce(in HeadsView<T> view, T* start, int rows, int width)
    {
        for (int row = 0; row < rows; row++, start += view.Time)
        {
            for (int i = 0; i < width; i += 64 / sizeof(T))
                Prefetch.Line(start + i);
        }
    }

    // The scores that do not count. Replaced, not added to: that holds for infinite scores, too.
    private static void Leave(in AttentionCall<T> call, int batch, int head, int firstQuery, int rows, int keys, T* scores, nint stride)
    {
        for (int key = firstQuery + 1; call.Causal && key < keys; key++)
            new Span<T>(scores + (key * stride), Math.Min(rows, key - firstQuery)).Fill(T.NegativeInfinity);
        byte* mask = call.Mask.At(batch, head, firstQuery);
        nint step = call.Mask.Key;
        // Most often all queries attend to all keys, or to all but the last.
        if (mask == null || (step == 1 && call.Mask.Query == keys && !new ReadOnlySpan<byte>(mask, rows * keys).Contains((byte)0)))
            return;
        for (int query = 0; query < rows; query++, mask += call.Mask.Query)
        {
            int key = step == 1 ? new ReadOnlySpan<byte>(mask, keys).IndexOf((byte)0) : 0;
            for (key = key < 0 ? keys : key; key < keys; key++)
            {
                if (mask[key * step] == 0)
                    scores[(key * stride) + query] = T.NegativeInfinity;
            }
        }
    }

    /// <summary>softmax(scale scores) of the columns of one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax<TSimd, TVector>(T* scores, nint stride, int keys, T scale)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector lowest = TSimd.Broadcast(T.NegativeInfinity), peak = lowest, other = lowest, factor = TSimd.Broadcast(scale), zero = TSimd.Broadcast(T.Zero), sum = zero;
        T* end = scores + (keys * stride);
        T* row = scores;
        for (; row + stride < end; row += 2 * stride)
            (peak, other) = (TSimd.Max(peak, TSimd.Load(row)), TSimd.Max(other, TSimd.Load(row + stride)));
        if (row < end)
            peak = TSimd.Max(peak, TSimd.Load(row));
        peak = TSimd.Max(peak, other);
        // Of a query without keys the largest is minus infinity, and that less itself is NaN.
        TVector shift = TSimd.Multiply(TSimd.IfSame(peak, lowest, zero, peak), TSimd.Broadcast(-scale));
        for (row = scores; row < end; row += stride)
        {
            TVector exponential = NegativeExponential<TSimd, TVector, T>.Of(TSimd.MultiplyAdd(TSimd.Load(row), factor, shift));
            TSimd.Store(exponential, row);
            sum = TSimd.Add(sum, exponential);
        }

        // The peak itself adds 1, so a sum below 1 is the 0 of a query without keys.
        TVector one = TSimd.Broadcast(T.One), share = TSimd.Divide(one, TSimd.Max(sum, one));
        for (row = scores; row < end; row += stride)
            TSimd.Store(TSimd.Multiply(TSimd.Load(row), share), row);
    }
}
