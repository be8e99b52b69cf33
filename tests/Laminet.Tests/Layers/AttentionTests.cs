using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Verification;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Layers;

/// <summary>Masks of attention layers and transformer blocks, and where others went wrong; their numbers are checks of Laminet.Verification.</summary>
public class AttentionTests
{
    private static readonly bool[] Steps = [true, true, true, true, false, true, true, false, false, false];

    private static Tensor X => new Lcg(1).Tensor([2, 5, 6], minus: 0.5);

    private static Tensor Padding => Tensor.From(Steps, [2, 5]);

    // What follows has queries of width 2, one head, and keys [1,0], [0,1], [1,1] with values 1, 2, 4.
    private static readonly Tensor Keys = Tensor.From([1.0, 0, 0, 1, 1, 1], [1, 3, 1, 2]);
    private static readonly Tensor Values = Tensor.From([1.0, 2, 4], [1, 3, 1, 1]);

    // The first query sees the first key, as in Keras and PyTorch; the other alignment gives [1.33023845, 2.60444837].
    [Fact]
    public void A_causal_mask_begins_with_the_first_query_and_the_first_key()
    {
        Tensor queries = Tensor.From([1.0, 0, 0, 1], [1, 2, 1, 2]);
        Near.Equal([1, 1.66976155], queries.DotProductAttention(Keys, Values, causal: true), 1e-8);
    }

    // True means that the query attends; the other way round gives 4.
    [Fact]
    public void A_mask_is_true_where_a_query_attends()
    {
        Tensor query = Tensor.From([0.0, 1], [1, 1, 1, 2]), mask = Tensor.From([true, true, false], [1, 1, 1, 3]);
        Near.Equal([1.66976155], query.DotProductAttention(Keys, Values, mask), 1e-8);
        Near.Equal([1.66976155], query.Cast(DType.Float32).DotProductAttention(Keys.Cast(DType.Float32), Values.Cast(DType.Float32), mask), 1e-6);
    }

    [Fact]
    public void A_query_without_keys_gives_0_and_finite_gradients()
    {
        Tensor query = Tensor.From([0.0, 1], [1, 1, 1, 2]), nothing = Tensor.From([false, false, false], [1, 1, 1, 3]);
        Near.Equal([0], query.DotProductAttention(Keys, Values, nothing), 0);
        Near.Equal([0, 0], Gradient.Of(q => q.DotProductAttention(Keys, Values, nothing).Pow(3).Sum())(query), 0);
        Near.Equal([0, 0, 0], Gradient.Of(v => query.DotProductAttention(Keys, v, nothing).Pow(3).Sum())(Values), 0);
        // In a layer, the output is the bias alone; without projections, all count alike.
        MultiHeadAttention layer = new(1) { DType = DType.Float64 };
        Tensor x = Tensor.From([0.0, 1], [1, 1, 2]), others = Keys.Reshape(1, 3, 2);
        layer.Call([x, others]);
        layer.Weights[^1].Assign(Tensor.From([3.0, 4], [2]));
        Near.Equal([3, 4], layer.Call([x, others, Tensor.From([false, false, false], [1, 1, 3])]).Only, 0);
        foreach (Layer plain in (Layer[])[new Attention { DType = DType.Float64 }, new AdditiveAttention { DType = DType.Float64 }])
        {
            Tensor Result(Tensor q, Tensor v)
            {
                CallContext context = new();
                context.SetMask(v, Tensor.From([false, false, false], [1, 3]));
                return plain.Call([q, v, others], context).Only;
            }

            Near.Equal([7.0 / 3], Result(x, Values.Reshape(1, 3, 1)), 1e-8);
            Assert.All(Gradient.Of(q => Result(q, Values.Reshape(1, 3, 1)).Sum())(x).ToArray<double>(), number => Assert.True(double.IsFinite(number)));
        }
    }

    // -20 and an additive mask of -65504 would be minus infinity in Float16.
    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Masks_of_halves_replace_scores(DType type)
    {
        Tensor query = Tensor.From([-20f, 0], [1, 1, 1, 2]).Cast(type), keys = Keys.Cast(type), values = Values.Cast(type);
        Near.Equal([2], query.DotProductAttention(keys, values, Tensor.From([false, true, false], [1, 1, 1, 3]), scale: 1), 1e-2);
        Near.Equal([0], query.DotProductAttention(keys, values, Tensor.From([false, false, false], [1, 1, 1, 3]), scale: 1), 0);
    }

    [Fact]
    public void A_mask_of_pairs_a_query_mask_and_a_key_mask_count_together()
    {
        // As many heads as steps: the query's mask would fit the scores' axes, too.
        MultiHeadAttention layer = new(4, 3, returnAttentionScores: true) { DType = DType.Float64 };
        Tensor query = new Lcg(11).Tensor([2, 4, 6], 0.5), value = new Lcg(12).Tensor([2, 5, 7], 0.5), key = new Lcg(13).Tensor([2, 5, 3], 0.5);
        Tensor pairs = new Lcg(14).Tensor([2, 4, 5]).Greater(0.3), queries = Tensor.From([true, true, true, false, true, true, false, false], [2, 4]), keys = new Lcg(15).Tensor([2, 5]).Greater(0.2);
        CallContext context = new();
        context.SetMask(query, queries);
        context.SetMask(value, Padding);
        context.SetMask(key, keys);
        Bundle<Tensor> outputs = layer.Call([query, value, key, pairs], context);
        bool[] counts = pairs.And(queries.ExpandDims(-1)).And(Padding.ExpandDims(1)).And(keys.ExpandDims(1)).ToArray<bool>();
        double[] scores = outputs[1].ToArray<double>();
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(counts[(i / 80 * 20) + (i % 20)], scores[i] > 0);
        Assert.Equal(queries.ToArray<bool>(), context.MaskOf(outputs[0])!.ToArray<bool>());
        Assert.Null(context.MaskOf(outputs[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Epsilon_reaches_the_normalisations_of_a_block(bool isDecoder)
    {
        // With weights of 0 the parts add nothing, and each step is normalised twice.
        Layer layer = isDecoder ? new TransformerDecoder(2, 1, layerNormEpsilon: 1e-6) { DType = DType.Float64 } : new TransformerEncoder(2, 1, layerNormEpsilon: 1e-6) { DType = DType.Float64 };
        Tensor x = Tensor.From([1, 1.02], [1, 1, 2]);
        layer.Call(x);
        foreach (Variable weight in layer.Weights.Where(weight => weight.Shape.Rank > 1))
            weight.Assign(weight.Value.ZerosLike());
        double once = 0.01 / Math.Sqrt(1e-4 + 1e-6), twice = once / Math.Sqrt((once * once) + 1e-6);
        Assert.Equal(0.99503719, once, 1e-8);
        Near.Equal([-twice, twice], layer.Call(x), 1e-12);
    }

    [Fact]
    public void Mistakes_are_told()
    {
        Tensor x = Tensor.Zeros([2, 4, 6]);
        Assert.Contains("received inputs of shapes (2, 6); expected a query (batch, time, features)", Thrown(() => new MultiHeadAttention(2).Call(Tensor.Zeros([2, 6]))), StringComparison.Ordinal);
        Assert.Contains("expected features that 4 heads can share. Give keyDim.", Thrown(() => new MultiHeadAttention(4).Call(x)), StringComparison.Ordinal);
        Assert.Contains("received 5 inputs; expected a query, a value, a key and a mask of pairs at most.", Thrown(() => new MultiHeadAttention(2).Call([x, x, x, x, x])), StringComparison.Ordinal);
        Assert.Contains("Received numKeyValueHeads = 3; expected a number that divides numQueryHeads.", Assert.Throws<ArgumentOutOfRangeException>(() => new GroupQueryAttention(2, 4, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("received 4 steps, input (2, 4, 6); expected at most 3.", Thrown(() => new PositionEmbedding(3).Call(x)), StringComparison.Ordinal);
        Assert.Contains("an even number of features on axis -1", Thrown(() => new RotaryEmbedding().Call(Tensor.Zeros([2, 4, 5]))), StringComparison.Ordinal);
        Assert.Contains("expected a query (batch, time, features), a value (batch, steps, features)", Thrown(() => new Attention().Call([x])), StringComparison.Ordinal);
        TransformerDecoder alone = new(4, 2);
        alone.Call(x);
        Assert.Contains("received 2 sequences and 0 masks; expected one sequence, as in the first call,", Thrown(() => alone.Call([x, x])), StringComparison.Ordinal);
        Assert.Contains("expected (batch, time, features) and optionally a mask of pairs", Thrown(() => new TransformerEncoder(4, 2).Call([x, x])), StringComparison.Ordinal);
        Assert.Contains("DotProductAttention: received a mask of shape (1, 1, 2, 4); expected one that broadcasts to (2, 2, 4, 4)",
            Thrown(() => Heads(x).DotProductAttention(Heads(x), Heads(x), Tensor.Zeros([2, 4], DType.Bool))), StringComparison.Ordinal);
        Assert.Contains("received 2 heads of queries and 3 of keys", Thrown(() => Heads(x).DotProductAttention(Tensor.Zeros([2, 4, 3, 3]), Tensor.Zeros([2, 4, 3, 3]))), StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => Heads(x).DotProductAttention(Heads(x), Heads(x), Tensor.Zeros([4, 4])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Heads(x).DotProductAttention(Heads(x), Heads(x), dropout: 1));

        static string Thrown(Action call) => Assert.Throws<ShapeException>(call).Message;

        static Tensor Heads(Tensor tensor) => tensor.Reshape(2, 4, 2, 3);
    }

    // A model is saved with names as in Keras, trains in a compiled step, and comes back.
    [Fact]
    public void A_small_transformer_learns_to_copy_the_first_token()
    {
        var tokens = new Input([6], DType.Int32);
        SymbolicTensor x = new TokenAndPositionEmbedding(8, 6, 16).Call(tokens);
        x = new TransformerEncoder(32, 2, normalizeFirst: true).Call(x);
        x = new TransformerDecoder(32, 4, dropout: 0.1).Call(x);
        Model model = new(tokens, new Dense(8).Call(new GlobalAveragePooling1D().Call(x)), seed: 1);
        model.Compile(new Laminet.Optimizers.Adam(5e-3), new Laminet.Losses.SparseCategoricalCrossentropy(fromLogits: true));
        Tensor batch = (new Lcg(3).Tensor([64, 6]) * 8).Floor().Cast(DType.Int32), first = batch.Slice(0, 1, axis: 1).Reshape(64);
        model.TrainOnBatch(batch, first);
        double before = model.Evaluate(batch, first)["loss"];
        for (int step = 0; step < 60; step++)
            model.TrainOnBatch(batch, first);
        Assert.True(model.Evaluate(batch, first)["loss"] < 0.5 * before);
        Assert.Contains(((IHasState)model).State, weight => weight.Name.EndsWith("transformer_encoder/self_attention/query/kernel", StringComparison.Ordinal));
        string path = Path.Combine(Path.GetTempPath(), $"laminet-transformer-{Guid.NewGuid():N}.laminet");
        try
        {
            model.Save(path);
            Assert.Equal(model.Predict(batch).ToArray<float>(), Model.Load(path).Predict(batch).ToArray<float>());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
