using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// What the attentions of several heads share. Inputs: the query (batch, time, features), which alone is value and key too; then the value and the key, (batch,
/// steps, features); the key is the value where it is left out. A last input of Bool is a mask of pairs.
/// </summary>
/// <param name="settings">Of the projections' weights.</param>
/// <param name="gates">Whether the heads' results are multiplied by sigmoids of a projection of the query.</param>
/// <param name="window">A query attends to keys that are fewer steps than this away from it; null for any.</param>
internal sealed class ProjectedHeads(ProjectionSettings settings, bool gates, int? window)
{
    private readonly Projection query = new(settings) { Name = "query" }, key = new(settings) { Name = "key" }, value = new(settings) { Name = "value" };
    private readonly Projection? gate = gates ? new(settings) { Name = "gate" } : null;
    private readonly Projection output = new(settings, summedAxes: 2) { Name = "attention_output" };

    /// <summary>The layers that the layer around tracks.</summary>
    public IReadOnlyList<Projection> Parts => gate is null ? [query, key, value, output] : [query, key, gate, value, output];

    /// <summary>Turns queries and keys by their positions; null for no turn.</summary>
    public RotaryEmbedding? Rotary { get; set; }

    /// <summary>Says what the projections give.</summary>
    public void Build(DType type, Bundle<TensorSpec> inputs, (int Query, int Key) heads, (int Key, int Value) width, Shape? units)
    {
        (TensorSpec[] sequences, _) = Sorted(inputs, input => input);
        if (Array.Exists(sequences, sequence => sequence.Shape.Rank != 3) || sequences[0].Shape[0] != sequences[1].Shape[0] || sequences[1].Shape.With(2, 0) != sequences[2].Shape.With(2, 0))
        {
            throw new ShapeException($"received inputs of shapes {string.Join(", ", inputs.Select(input => input.Shape))}; expected a query (batch, time, features), then a value "
                + "and a key, (batch, steps, features), and, if pairs are masked, a last input of Bool. Attention is over the one axis of time.");
        }

        (query.Units, key.Units, value.Units) = ([heads.Query, width.Key], [heads.Key, width.Key], [heads.Key, width.Value]);
        if (gate is not null)
            gate.Units = [heads.Query, width.Value];
        output.Units = units ?? [sequences[0].Shape[2]];
        foreach (Projection part in Parts)
            part.AdoptDType(type);
    }

    public Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context, double dropout, bool causal, bool returnScores)
    {
        (Tensor first, Tensor second, Tensor third, Tensor? pairs) = Tensors(inputs);
        Tensor q = Turned(query.Call(first, context), null, context), k = Turned(key.Call(third, context), null, context), v = value.Call(second, context);
        Tensor? counts = Combined(first, second == third ? [second] : [second, third], pairs, Near(first.Shape[1], second.Shape[1], null), context);
        bool drops = context.Training && dropout > 0;
        Tensor result = Output(q.DotProductAttention(k, v, counts, causal, dropout: drops ? dropout : 0, dropoutKey: drops ? context.NextKey() : default), first, context);
        return returnScores ? [result, q.AttentionScores(k, counts, causal)] : result;
    }

    /// <summary>A cache of no steps, (batch, key heads, longest, widths of a key and a value).</summary>
    public Tensor NewCache(DType type, int batch, int longest) => Tensor.Zeros(CacheShape(batch, longest), type);

    /// <summary>The keys and values of some steps as a cache holds them: side by side, heads first.</summary>
    /// <param name="values">What is projected to the values.</param>
    /// <param name="keys">What is projected to the keys.</param>
    /// <param name="position">The position of the first step; null for 0.</param>
    /// <param name="context">The pass.</param>
    public Tensor CacheOf(Tensor values, Tensor keys, Tensor? position, CallContext context) =>
        HeadsFirst(Tensor.Concatenate([Turned(key.Call(keys, context), position, context), value.Call(values, context)], -1));

    /// <summary>Attention to a cache, to which the steps of the inputs are written first; without a position the cache stays as it is, and all of it counts.</summary>
    public (Tensor Output, Tensor Cache) Forward(Bundle<Tensor> inputs, Tensor cache, Tensor? position, CallContext context, bool causal)
    {
        (Tensor first, Tensor second, Tensor third, Tensor? pairs) = Tensors(inputs);
        if (context.Training)
            throw new InvalidOperationException("CallWithCache: received a context of training; expected one of inference, new CallContext(). Train by Call, which sees all steps at once.");
        if (cache.Rank != 4 || cache.Shape != CacheShape(first.Shape[0], cache.Shape[2]))
            throw new ShapeException($"received a cache of shape {cache.Shape} for {first.Shape[0]} sequences; expected {CacheShape(first.Shape[0], cache.Rank == 4 ? cache.Shape[2] : 1)}. Make it by NewCache({first.Shape[0]}, longest).");
        if (causal && (position is null || second.Shape[1] != first.Shape[1]))
            throw new ShapeException($"received {first.Shape[1]} steps of queries, and {(position is null ? "no position" : $"{second.Shape[1]} of values")}; a causal attention to a cache writes as many steps as there are queries, at a position.");
        if (window is not null && position is null)
            throw new ShapeException($"received no position; an attention with a window of {window} steps counts them from the position of its queries in the cache.");
        Tensor length = Tensor.Scalar(cache.Shape[2]);
        if (position is not null)
        {
            cache = cache.UpdateAt(CacheOf(second, third, position, context), position, axis: 2);
            length = position + second.Shape[1];
        }

        // What the cache holds of earlier steps has no mask in this pass; that of other sequences has theirs.
        Tensor[] masked = position is not null || second == first ? [] : second == third ? [second] : [second, third];
        Tensor result = HeadsFirst(Turned(query.Call(first, context), position, context)).CachedAttention(
            cache.Slice(0, key.Units[1], axis: -1), cache.Slice(key.Units[1], axis: -1), length, Combined(first, masked, pairs, Near(first.Shape[1], cache.Shape[2], position), context), causal);
        return (Output(HeadsFirst(result), first, context), cache);
    }

    private Shape CacheShape(int batch, int longest) => [batch, key.Units[0], longest, key.Units[1] + value.Units[1]];

    private Tensor Turned(Tensor heads, Tensor? position, CallContext context) =>
        Rotary is null ? heads : position is null ? Rotary.Call(heads, context) : Rotary.CallAt(heads, position, context);

    // (batch, time, heads, width) to (batch, heads, time, width), and back.
    private static Tensor HeadsFirst(Tensor tensor) => tensor.Transpose(0, 2, 1, 3);

    // Which keys are near enough to a query, (1, 1, time, steps); null for all. The first query stands at the position.
    private Tensor? Near(int time, int steps, Tensor? position)
    {
        if (window is not { } width)
            return null;
        Tensor queries = Tensor.Range(0, time).Reshape([time, 1]), keys = Tensor.Range(0, steps);
        return ((position is null ? queries : queries + position) - keys).Abs().Less(width).Reshape([1, 1, time, steps]);
    }

    private Tensor Output(Tensor results, Tensor first, CallContext context)
    {
        Tensor result = output.Call(gate is null ? results : results * gate.Call(first, context).Sigmoid(), context);
        context.SetMask(result, context.MaskOf(first));
        return result;
    }

    // As in Keras, a pair counts where the query's step, the value's and the key's do, the two are near enough, and the mask of pairs says so.
    private static Tensor? Combined(Tensor query, Tensor[] others, Tensor? pairs, Tensor? near, CallContext context)
    {
        Tensor? all = pairs is { Rank: 3 } ? pairs.ExpandDims(1) : pairs;
        And(near);
        And(context.MaskOf(query)?.ExpandDims(1).ExpandDims(-1));
        foreach (Tensor other in others)
            And(context.MaskOf(other)?.ExpandDims(1).ExpandDims(1));
        return all;

        void And(Tensor? mask) => all = mask is null ? all : all?.And(mask) ?? mask;
    }

    private static (Tensor First, Tensor Second, Tensor Third, Tensor? Pairs) Tensors(Bundle<Tensor> inputs)
    {
        (Tensor[] sequences, Tensor? pairs) = Sorted(inputs, input => input.Spec);
        return (sequences[0], sequences[1], sequences[2], pairs);
    }

    private static (T[] Sequences, T? Pairs) Sorted<T>(Bundle<T> inputs, Func<T, TensorSpec> spec)
    {
        bool isMasked = inputs.Count > 1 && spec(inputs[^1]).DType == DType.Bool;
        T[] sequences = [.. inputs.Take(isMasked ? inputs.Count - 1 : inputs.Count)];
        if (sequences.Length > 3)
            throw new ShapeException($"received {inputs.Count} inputs; expected a query, a value, a key and a mask of pairs at most.");
        T value = sequences[Math.Min(1, sequences.Length - 1)];
        return ([sequences[0], value, sequences.Length == 3 ? sequences[2] : value], isMasked ? inputs[^1] : default);
    }
}
