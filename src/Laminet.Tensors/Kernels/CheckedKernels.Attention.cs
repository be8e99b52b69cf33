namespace Laminet.Tensors.Kernels;

/// <summary>How an attention is computed.</summary>
/// <param name="Causal">Whether query i attends to keys up to i alone.</param>
/// <param name="Scale">The factor of the products of queries and keys.</param>
/// <param name="Dropout">The share of shares that become 0.</param>
/// <param name="Key">The key of that choice.</param>
internal readonly record struct AttentionSettings(bool Causal, double Scale, double Dropout, long Key);

/// <content>Attention. Tensors are (batch, time, heads, width), of any strides where they are read.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>The mask, null for none, is (batch, heads, queries, keys) or broadcasts to that by axes of length 1.</summary>
    public static void Attention(Tensor queries, Tensor keys, Tensor values, Tensor? mask, in AttentionSettings settings, Tensor result)
    {
        Require(IsOfQueries(result, queries, values) && result.IsContiguous, "shape of an attention's result");
        if (queries.DType == DType.Float32)
            AttentionRows.Forward(Attending<float>(queries, keys, values, mask, settings) with { Result = Heads<float>(result) });
        else
            AttentionRows.Forward(Attending<double>(queries, keys, values, mask, settings) with { Result = Heads<double>(result) });
        KeepAlive(queries, keys, values);
        KeepAlive(mask, result);
    }

    /// <summary>The gradients by queries, keys and values; null for one that is not wanted.</summary>
    public static void AttentionGradient(
        Tensor queries, Tensor keys, Tensor values, Tensor upstream, Tensor? mask, in AttentionSettings settings, Tensor? byQueries, Tensor? byKeys, Tensor? byValues)
    {
        Require(IsOfQueries(upstream, queries, values), "shape of an attention's upstream gradient");
        RequireGradient(queries, byQueries);
        RequireGradient(keys, byKeys);
        RequireGradient(values, byValues);
        if (queries.DType == DType.Float32)
        {
            AttentionRows.Backward(Attending<float>(queries, keys, values, mask, settings) with
            {
                Upstream = Heads<float>(upstream),
                ByQueries = Heads<float>(byQueries),
                ByKeys = Heads<float>(byKeys),
                ByValues = Heads<float>(byValues),
            });
        }
        else
        {
            AttentionRows.Backward(Attending<double>(queries, keys, values, mask, settings) with
            {
                Upstream = Heads<double>(upstream),
                ByQueries = Heads<double>(byQueries),
                ByKeys = Heads<double>(byKeys),
                ByValues = Heads<double>(byValues),
            });
        }

        KeepAlive(queries, keys, values);
        KeepAlive(upstream, mask);
        KeepAlive(byQueries, byKeys);
        GC.KeepAlive(byValues);
    }

    private static AttentionCall<T> Attending<T>(Tensor queries, Tensor keys, Tensor values, Tensor? mask, in AttentionSettings settings)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        (Shape q, Shape k) = (queries.Shape, keys.Shape);
        Require(q.Rank == 4 && k.Rank == 4 && values.Rank == 4 && values.Shape[1] == k[1] && values.Shape[2] == k[2] && values.Shape[0] == q[0] && k[0] == q[0] && k[3] == q[3], "shapes of queries, keys and values");
        Require(k[2] > 0 && q[2] % k[2] == 0, "numbers of heads");
        AttentionCall<T> call = new()
        {
            Queries = Heads<T>(queries),
            Keys = Heads<T>(keys),
            Values = Heads<T>(values),
            Batch = q[0],
            Heads = q[2],
            KeyHeads = k[2],
            QueryCount = q[1],
            KeyCount = k[1],
            Width = q[3],
            ValueWidth = values.Shape[3],
            Scale = T.CreateTruncating(settings.Scale),
            Causal = settings.Causal,
        };
        if (settings.Dropout > 0)
        {
            // As the operation Dropout has it.
            call.KeptBound = (int)Math.Ceiling((double)(float)(1 - settings.Dropout) * (1 << 24));
            call.KeptScale = T.CreateTruncating(1 / (1 - settings.Dropout));
            call.DropoutKey = (ulong)settings.Key;
        }

        if (mask is not null)
            call.Mask = ViewOfMask(mask, [q[0], q[2], q[1], k[1]]);
        return call;
    }

    private static MaskView ViewOfMask(Tensor mask, ReadOnlySpan<int> scores)
    {
        Span<int> steps = stackalloc int[4];
        Require(mask.Rank == 4 && mask.DType == DType.Bool, "mask of an attention");
        for (int axis = 0; axis < 4; axis++)
        {
            Require(mask.Shape[axis] == scores[axis] || mask.Shape[axis] == 1, "mask of an attention");
            steps[axis] = mask.Shape[axis] == 1 ? 0 : mask.Strides[axis];
        }

        return new() { Start = P<byte>(mask), Batch = steps[0], Head = steps[1], Query = steps[2], Key = steps[3] };
    }

    private static bool IsOfQueries(Tensor tensor, Tensor queries, Tensor values) =>
        tensor.Rank == 4 && tensor.Shape[0] == queries.Shape[0] && tensor.Shape[1] == queries.Shape[1] && tensor.Shape[2] == queries.Shape[2] && tensor.Shape[3] == values.Shape[3];

    private static HeadsView<T> Heads<T>(Tensor? tensor) where T : unmanaged => tensor is null
        ? default
        : new() { Start = P<T>(tensor), Batch = tensor.Strides[0], Time = tensor.Strides[1], Head = tensor.Strides[2], Width = tensor.Strides[3] };

    private static void RequireGradient(Tensor of, Tensor? gradient) =>
        Require(gradient is null || (gradient.Shape == of.Shape && gradient.DType == of.DType && gradient.IsContiguous), "shape of an attention's gradient");
}
