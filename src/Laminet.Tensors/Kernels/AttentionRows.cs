using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// softmax(scale q kᵀ) v and its gradients, head by head. The scores of some queries at a time lie in scratch memory, in the cache for sequences of usual
/// length, and are computed anew for the gradient: the memory grows with the sequence's length, not with its square. With a causal mask, the products of a
/// block of queries stop at the last key that one of them attends to. (After Dao et al., "FlashAttention", NeurIPS 2022, whose blocks cut the keys too.)
/// </summary>
internal static unsafe class AttentionRows
{
    /// <summary>Scores of a block of queries, in bytes.</summary>
    private const int BlockBytes = 32 * 1024;

    /// <summary>A common multiple of the tiles' rows, 6, 8 and 12.</summary>
    private const int RowStep = 24;
    private const int LeastTasks = 4;

    public static void Forward<T>(AttentionCall<T> call) where T : unmanaged, IFloatingPointIeee754<T>
    {
        call.BlockRows = BlockRows<T>(call.KeyCount);
        int heads = call.Batch * call.Heads, blocks = Rounding.DivideUp(call.QueryCount, call.BlockRows);
        if (heads == 0 || blocks == 0 || call.ValueWidth == 0)
            return;
        // A query's result depends on nothing but the query, so the tasks may be as many as the threads can use.
        if (ShortAttention<T>.Suits(call))
        {
            call.HeadsPerTask = Rounding.DivideUp(heads, 4 * LeastTasks * Workers.Count);
            Workers.For(Rounding.DivideUp(heads, call.HeadsPerTask), &call, &RunTask<ShortAttention<T>, T>);
            return;
        }
        call.TasksPerHead = Math.Clamp(Rounding.DivideUp(LeastTasks * Workers.Count, heads), 1, blocks);
        Workers.For(heads * call.TasksPerHead, &call, &RunTask<AttentionForward<T>, T>);
    }

    public static void Backward<T>(AttentionCall<T> call) where T : unmanaged, IFloatingPointIeee754<T>
    {
        call.BlockRows = BlockRows<T>(call.KeyCount);
        // The queries that share keys add to one gradient, in order.
        Workers.For(call.Batch * call.KeyHeads, &call, &RunTask<AttentionBackward<T>, T>);
    }

    private static int BlockRows<T>(int keys) where T : unmanaged =>
        Math.Clamp(BlockBytes / sizeof(T) / Math.Max(1, keys) / RowStep, 1, 8) * RowStep;

    private static void RunTask<TKernel, T>(void* state, int task)
        where TKernel : ISimdKernel<T, AttentionCall<T>>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        AttentionCall<T> call = *(AttentionCall<T>*)state;
        call.Task = task;
        Simd.Dispatch<TKernel, T, AttentionCall<T>>(ref call);
    }
}

/// <summary>Result = shares values.</summary>
internal readonly unsafe struct AttentionForward<T> : ISimdKernel<T, AttentionCall<T>> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Run<TSimd, TVector>(ref AttentionCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        (int place, int part) = Math.DivRem(call.Task, call.TasksPerHead);
        (int batch, int head) = Math.DivRem(place, call.Heads);
        int blocks = Rounding.DivideUp(call.QueryCount, call.BlockRows), perTask = Rounding.DivideUp(blocks, call.TasksPerHead);
        int first = part * perTask * call.BlockRows, end = Math.Min(call.QueryCount, (part + 1) * perTask * call.BlockRows);
        if (first >= end)
            return;
        int keyHead = head / (call.Heads / call.KeyHeads), keyCount = call.KeysFor(first, end - first);
        Tile<T> byKey = Tile<T>.For(call.KeyCount), byValue = Tile<T>.For(call.ValueWidth);
        int stride = AttentionShares<TSimd, TVector, T>.Stride(call.KeyCount, byKey);
        nint keysLength = PackedFactor<T>.Length(byKey, call.Width, keyCount);
        using Scratch<T> memory = Scratch.Rent<T>(keysLength + PackedFactor<T>.Length(byValue, keyCount, call.ValueWidth) + ((nint)call.BlockRows * stride));
        PackedFactor<T> keys = PackedFactor<T>.Of(byKey, call.Keys.At(batch, keyHead), call.Keys.Width, call.Keys.Time, call.Width, keyCount, memory.Pointer);
        PackedFactor<T> values = PackedFactor<T>.Of(
            byValue, call.Values.At(batch, keyHead), call.Values.Time, call.Values.Width, keyCount, call.ValueWidth, memory.Pointer + keysLength);
        T* scores = values.Panels + PackedFactor<T>.Length(byValue, keyCount, call.ValueWidth);
        using Scratch<uint> words = Scratch.Rent<uint>(call.KeptBound > 0 ? call.KeyCount + 8 : 0);
        for (int query = first; query < end; query += call.BlockRows)
        {
            int rows = Math.Min(call.BlockRows, end - query), seen = call.KeysFor(query, rows);
            keys.Multiply(call.Queries.At(batch, head) + (query * call.Queries.Time), call.Queries.Time, call.Queries.Width, rows, call.Width, Rounding.RoundUp(seen, byKey.Columns), scores, stride);
            AttentionShares<TSimd, TVector, T>.Fill(call, batch, head, query, rows, seen, scores, stride);
            if (call.KeptBound > 0)
                AttentionShares<TSimd, TVector, T>.Drop(call, batch, head, query, rows, seen, scores, scores, stride, words.Pointer);
            values.Multiply(scores, stride, 1, rows, seen, call.ValueWidth, call.Result.At(batch, head) + (query * call.Result.Time), call.Result.Time);
        }
    }
}

/// <summary>The gradients by queries, keys and values, of all heads that share one head of keys.</summary>
internal readonly unsafe struct AttentionBackward<T> : ISimdKernel<T, AttentionCall<T>> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Run<TSimd, TVector>(ref AttentionCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        (int batch, int keyHead) = Math.DivRem(call.Task, call.KeyHeads);
        int keyCount = call.KeyCount, width = call.Width, valueWidth = call.ValueWidth, group = call.Heads / call.KeyHeads, blockRows = call.BlockRows;
        Clear(call.ByKeys, batch, keyHead, keyCount, width);
        Clear(call.ByValues, batch, keyHead, keyCount, valueWidth);
        Tile<T> byKey = Tile<T>.For(keyCount), byWidth = Tile<T>.For(width), byValue = Tile<T>.For(valueWidth);
        nint stride = AttentionShares<TSimd, TVector, T>.Stride(keyCount, byKey), block = blockRows * stride;
        nint keysLength = PackedFactor<T>.Length(byKey, width, keyCount), valuesLength = PackedFactor<T>.Length(byKey, valueWidth, keyCount);
        nint rowsLength = PackedFactor<T>.Length(byWidth, keyCount, width), queriesLength = PackedFactor<T>.Length(byWidth, blockRows, width);
        nint upstreamLength = PackedFactor<T>.Length(byValue, blockRows, valueWidth);
        bool drops = call.KeptBound > 0;
        using Scratch<T> memory = Scratch.Rent<T>(keysLength + valuesLength + rowsLength + queriesLength + upstreamLength + ((drops ? 3 : 2) * block));
        using Scratch<uint> words = Scratch.Rent<uint>(drops ? keyCount + 8 : 0);
        T* next = memory.Pointer;
        T* Take(nint length) => (next += length) - length;

        HeadsView<T> k = call.Keys, v = call.Values, q = call.Queries, dy = call.Upstream;
        PackedFactor<T> keys = PackedFactor<T>.Of(byKey, k.At(batch, keyHead), k.Width, k.Time, width, keyCount, Take(keysLength));
        PackedFactor<T> values = PackedFactor<T>.Of(byKey, v.At(batch, keyHead), v.Width, v.Time, valueWidth, keyCount, Take(valuesLength));
        PackedFactor<T> keyRows = PackedFactor<T>.Of(byWidth, k.At(batch, keyHead), k.Time, k.Width, keyCount, width, Take(rowsLength));
        T* queryPanels = Take(queriesLength), upstreamPanels = Take(upstreamLength), shares = Take(block), byScores = Take(block), kept = drops ? Take(block) : shares;
        for (int head = keyHead * group; head < (keyHead + 1) * group; head++)
        {
            for (int query = 0; query < call.QueryCount; query += blockRows)
            {
                int rows = Math.Min(blockRows, call.QueryCount - query), seen = call.KeysFor(query, rows), padded = Rounding.RoundUp(seen, byKey.Columns);
                T* queries = q.At(batch, head) + (query * q.Time), upstream = dy.At(batch, head) + (query * dy.Time);
                keys.Multiply(queries, q.Time, q.Width, rows, width, padded, shares, stride);
                AttentionShares<TSimd, TVector, T>.Fill(call, batch, head, query, rows, seen, shares, stride);
                if (drops)
                    AttentionShares<TSimd, TVector, T>.Drop(call, batch, head, query, rows, seen, shares, kept, stride, words.Pointer);
                if (call.ByValues.Start != null)
                {
                    PackedFactor<T>.Of(byValue, upstream, dy.Time, dy.Width, rows, valueWidth, upstreamPanels)
                        .Multiply(kept, 1, stride, seen, rows, valueWidth, call.ByValues.At(batch, keyHead), call.ByValues.Time, adds: true);
                }

                if (call.ByQueries.Start == null && call.ByKeys.Start == null)
                    continue;
                values.Multiply(upstream, dy.Time, dy.Width, rows, valueWidth, padded, byScores, stride);
                AttentionShares<TSimd, TVector, T>.Backward(call.Scale, rows, seen, shares, kept, byScores, stride);
                if (call.ByQueries.Start != null)
                    keyRows.Multiply(byScores, stride, 1, rows, seen, width, call.ByQueries.At(batch, head) + (query * call.ByQueries.Time), call.ByQueries.Time);
                if (call.ByKeys.Start != null)
                {
                    PackedFactor<T>.Of(byWidth, queries, q.Time, q.Width, rows, width, queryPanels)
                        .Multiply(byScores, 1, stride, seen, rows, width, call.ByKeys.At(batch, keyHead), call.ByKeys.Time, adds: true);
                }
            }
        }
    }

    private static void Clear(in HeadsView<T> view, int batch, int head, int rows, int width)
    {
        for (int row = 0; view.Start != null && row < rows; row++)
            new Span<T>(view.At(batch, head) + (row * view.Time), width).Clear();
    }
}
