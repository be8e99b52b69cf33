using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// What the attentions of several heads share. Inputs: the query (batch, time, features), which alone is value and key too; then the value and the key, (batch,
/// steps, features); the key is the value where it is left out. A last input of Bool is a mask of pairs.
/// </summary>
internal sealed class ProjectedHeads(ProjectionSettings settings)
{
    private readonly Projection query = new(settings) { Name = "query" }, key = new(settings) { Name = "key" }, value = new(settings) { Name = "value" };
    private readonly Projection output = new(settings, summedAxes: 2) { Name = "attention_output" };

    /// <summary>The layers that the layer around tracks.</summary>
    public IReadOnlyList<Projection> Parts => [query, key, value, output];

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
        output.Units = units ?? [sequences[0].Shape[2]];
        foreach (Projection part in Parts)
            part.AdoptDType(type);
    }

    public Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context, double dropout, bool causal, bool returnScores)
    {
        ((Tensor first, Tensor second, Tensor third), Tensor? pairs) = Sorted(inputs, input => input.Spec) is var (sequences, mask) ? ((sequences[0], sequences[1], sequences[2]), mask) : default;
        Tensor q = query.Call(first, context), k = key.Call(third, context), v = value.Call(second, context);
        Tensor? counts = Combined(first, second, third, pairs, context);
        bool drops = context.Training && dropout > 0;
        Tensor result = q.DotProductAttention(k, v, counts, causal, dropout: drops ? dropout : 0, dropoutKey: drops ? context.NextKey() : default);
        result = output.Call(result, context);
        context.SetMask(result, context.MaskOf(first));
        return returnScores ? [result, q.AttentionScores(k, counts, causal)] : result;
    }

    // As in Keras, a pair counts where the query's step, the value's and the key's do, and the mask of pairs says so.
    private static Tensor? Combined(Tensor query, Tensor value, Tensor key, Tensor? pairs, CallContext context)
    {
        Tensor? all = pairs is { Rank: 3 } ? pairs.ExpandDims(1) : pairs;
        And(context.MaskOf(query)?.ExpandDims(1).ExpandDims(-1));
        And(context.MaskOf(value)?.ExpandDims(1).ExpandDims(1));
        if (key != value)
            And(context.MaskOf(key)?.ExpandDims(1).ExpandDims(1));
        return all;

        void And(Tensor? mask) => all = mask is null ? all : all?.And(mask) ?? mask;
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
