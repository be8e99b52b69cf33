namespace Laminet.Tensors.Kernels;

/// <summary>A tensor (batch, time, heads, width) with strides, counted in elements.</summary>
internal unsafe struct HeadsView<T> where T : unmanaged
{
    public T* Start;
    public nint Batch, Time, Head, Width;

    /// <summary>Where a head of an example begins.</summary>
    public readonly T* At(int batch, int head) => Start + (batch * Batch) + (head * Head);
}

/// <summary>One byte for each score (batch, heads, queries, keys): not 0 where the query attends to the key. Without a start there is no mask.</summary>
internal unsafe struct MaskView
{
    public byte* Start;
    public nint Batch, Head, Query, Key;

    /// <summary>Where a query's row begins; null without a mask.</summary>
    public readonly byte* At(int batch, int head, int query) => Start == null ? null : Start + (batch * Batch) + (head * Head) + (query * Query);
}

/// <summary>The operands of an attention or of its gradient; those it does not use are null.</summary>
internal unsafe struct AttentionCall<T> where T : unmanaged
{
    /// <summary>Inputs: the result's gradient is the upstream.</summary>
    public HeadsView<T> Queries, Keys, Values, Upstream;

    /// <summary>Outputs; the gradients are those by queries, keys and values.</summary>
    public HeadsView<T> Result, ByQueries, ByKeys, ByValues;

    public MaskView Mask;
    public int Batch, Heads, KeyHeads, QueryCount, KeyCount, Width, ValueWidth;
    public T Scale;

    /// <summary>Whether query i attends to keys up to i alone.</summary>
    public bool Causal;

    /// <summary>A share is kept where its random number is below the bound, in 2^-24, and then multiplied; a bound of 0 stands for no dropout.</summary>
    public int KeptBound;
    public T KeptScale;
    public ulong DropoutKey;

    /// <summary>How queries are cut: into blocks, and blocks into tasks.</summary>
    public int BlockRows, TasksPerHead, Task;

    /// <summary>How many heads a task of a <see cref="ShortAttention{T}"/> takes.</summary>
    public int HeadsPerTask;

    /// <summary>How many keys the queries of a block may attend to.</summary>
    public readonly int KeysFor(int firstQuery, int rows) => Causal ? Math.Min(KeyCount, firstQuery + rows) : KeyCount;
}
