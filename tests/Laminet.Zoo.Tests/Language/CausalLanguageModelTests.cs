using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Zoo.Language;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tests.Datasets;

namespace Laminet.Zoo.Tests.Language;

public class CausalLanguageModelTests
{
    private static readonly Tensor Tokens = Tensor.From([3, 1, 4, 1, 5, 9, 2, 6, 5, 10, 8, 7, 0, 3, 3, 2, 8, 4], [2, 9]);

    // facts.md; nothing is drawn for it.
    [Fact]
    public void GPT2_small_has_124_439_808_parameters() => Assert.Equal(124_439_808, CausalLanguageModel.Gpt2Small().ParameterCount);

    // Llama 2 of 7 billion, as its repository counts. Drawn, they would be 27 GB.
    [Fact]
    public void Llama_of_seven_billion_has_6_738_415_616() =>
        Assert.Equal(6_738_415_616, CausalLanguageModel.Llama(32_000, 4096, 4096, 32, 32, 11_008).ParameterCount);

    // The layer of positions is called on numbers, not on what the model is given: it once drew its weights from a seed of its own.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_seed_alone_decides_the_weights(bool declaredFirst)
    {
        (CausalLanguageModel one, CausalLanguageModel other) = (Small(llama: false), Small(llama: false));
        if (declaredFirst)
            one.NewCache(1, 1);
        one.Predict(Tokens);
        other.Predict(Tokens);
        Assert.All(one.Weights.Zip(other.Weights), pair => Assert.Equal(pair.First.Value.ToArray<float>(), pair.Second.Value.ToArray<float>()));
    }

    // Trap A59: the positions after a prompt follow it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_prompt_and_then_single_steps_give_the_logits_of_the_whole_sequence(bool llama)
    {
        CausalLanguageModel model = Small(llama);
        DecodesAsTheWhole(model, prompt: 5, longest: 12);
    }

    // A prompt and then single steps give the logits of the nine tokens at once, which are returned.
    private static Tensor DecodesAsTheWhole(CausalLanguageModel model, int prompt, int longest)
    {
        Tensor whole = model.Predict(Tokens);
        Bundle<Tensor> cache = model.NewCache(2, longest);
        (Tensor logits, cache) = model.Next(Tokens.Slice(0, prompt, axis: 1), Tensor.Scalar(0), cache);
        Near(whole.Slice(prompt - 1, prompt, axis: 1).Squeeze(1), logits);
        for (int at = prompt; at < 9; at++)
        {
            (logits, cache) = model.Next(Tokens.Slice(at, at + 1, axis: 1), Tensor.Scalar(at), cache);
            Near(whole.Slice(at, at + 1, axis: 1).Squeeze(1), logits);
        }

        return whole;
    }

    // Each option by itself, as neither GPT-2 nor Llama has it: the weights it brings, the steps of a cache, and the file.
    [Theory]
    [InlineData("grouped queries", -(2 * 2 * (24 * 12 + 12)))]
    [InlineData("one group", -(2 * 2 * (24 * 18 + 18)))]
    [InlineData("rotary", -(12 * 24))]
    [InlineData("rms", -(5 * 24))]
    [InlineData("gated", 2 * (24 * 96 + 96))]
    [InlineData("no bias", -(2 * ((4 * 24) + 96 + 24)))]
    [InlineData("untied", 11 * 24)]
    [InlineData("wide heads", 2 * 4 * 24 * 24 + (2 * 3 * 24))]
    public void An_option_alone_brings_its_weights_and_decodes_as_the_whole(string option, int more)
    {
        CausalLanguageModel model = option switch
        {
            "grouped queries" => new(11, 12, 24, 2, 4, numKeyValueHeads: 2, seed: 3),
            "one group" => new(11, 12, 24, 2, 4, numKeyValueHeads: 1, seed: 3),
            "rotary" => new(11, 12, 24, 2, 4, rotaryMaxWavelength: 10_000, seed: 3),
            "rms" => new(11, 12, 24, 2, 4, useRms: true, seed: 3),
            "gated" => new(11, 12, 24, 2, 4, activation: "silu", isGated: true, seed: 3),
            "no bias" => new(11, 12, 24, 2, 4, useBias: false, seed: 3),
            "untied" => new(11, 12, 24, 2, 4, tieWeights: false, seed: 3),
            _ => new(11, 12, 24, 2, 4, headDim: 12, seed: 3),
        };
        CausalLanguageModel plain = Small(llama: false);
        plain.NewCache(1, 1);
        Tensor whole = DecodesAsTheWhole(model, prompt: 6, longest: 9);
        Assert.Equal(plain.ParameterCount + more, model.ParameterCount);

        using TemporaryFolder folder = new();
        model.Save(folder["model.laminet"]);
        ModelCatalog.RegisterLayers();
        Assert.Equal(whole.ToArray<float>(), Model.Load(folder["model.laminet"]).Predict(Tokens).ToArray<float>());
    }

    // Trap A60: row 1 is padded by 3 on the left, row 0 by none. What stands there changes nothing, and nothing is NaN.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Padding_on_the_left_changes_nothing(bool llama)
    {
        CausalLanguageModel model = Small(llama);
        Tensor alone = model.Predict(Tokens.Slice(1, 2).Slice(0, 6, axis: 1)), whole = model.Predict(Tokens.Slice(0, 1));
        Tensor padded = Tensor.Concatenate([Tokens.Slice(0, 1), Tensor.Concatenate([Tensor.Full([1, 3], 7, DType.Int32), Tokens.Slice(1, 2).Slice(0, 6, axis: 1)], 1)], 0);
        Tensor padding = Tensor.From([0, 3], [2]);
        Bundle<Tensor> cache = model.NewCache(2, 10);
        // The prompt is two steps of padding and one that is all padding's neighbour; then single steps.
        (Tensor logits, cache) = model.Next(padded.Slice(0, 3, axis: 1), Tensor.Scalar(0), cache, padding);
        Assert.True(logits.IsFinite().All().Item<bool>());
        for (int at = 3; at < 9; at++)
        {
            (logits, cache) = model.Next(padded.Slice(at, at + 1, axis: 1), Tensor.Scalar(at), cache, padding);
            Near(whole.Slice(at, at + 1, axis: 1).Squeeze(1), logits.Slice(0, 1));
            Near(alone.Slice(at - 3, at - 2, axis: 1).Squeeze(1), logits.Slice(1, 2));
        }
    }

    [Fact]
    public void A_compiled_loop_writes_as_single_steps_do()
    {
        CausalLanguageModel model = Small(llama: false);
        Func<Tensor, Tensor> write = Function.Compile(prompt =>
        {
            (Tensor logits, Bundle<Tensor> cache) = model.Next(prompt, Tensor.Scalar(0), model.NewCache(2, 12));
            Bundle<Tensor> end = Flow.While(
                state => state[0].Less(11),
                state =>
                {
                    (Tensor next, Bundle<Tensor> written) = model.Next(state[1], state[0], [.. state.Skip(3)]);
                    Tensor token = next.ArgMax().ExpandDims(1);
                    return [state[0] + 1, token, state[2].UpdateAt(token, state[0] + 1, axis: 1), .. written];
                },
                [Tensor.Scalar(3), logits.ArgMax().ExpandDims(1), Tensor.Zeros([2, 12], DType.Int32).UpdateAt(logits.ArgMax().ExpandDims(1), Tensor.Scalar(3), axis: 1), .. cache]);
            return end[2];
        });
        int[] written = write(Tokens.Slice(0, 3, axis: 1)).Slice(3, axis: 1).ToArray<int>();

        Tensor text = Tokens.Slice(0, 3, axis: 1);
        for (int at = 3; at < 12; at++)
            text = Tensor.Concatenate([text, model.Predict(text).Slice(at - 1, at, axis: 1).ArgMax()], 1);
        Assert.Equal(text.Slice(3, axis: 1).ToArray<int>(), written);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_learns_to_count_and_is_saved(bool llama)
    {
        // Each row counts modulo 10 from another number.
        Tensor rows = (Tensor.Range(0, 9, DType.Int32) + Tensor.Range(0, 64, DType.Int32).ExpandDims(1)) - (((Tensor.Range(0, 9, DType.Int32) + Tensor.Range(0, 64, DType.Int32).ExpandDims(1)) / 10).Cast(DType.Int32) * 10);
        CausalLanguageModel model = Small(llama);
        model.Compile(new Adam(5e-3), new SparseCategoricalCrossentropy(fromLogits: true), ["accuracy"]);
        model.Fit(rows.Slice(0, 8, axis: 1), rows.Slice(1, 9, axis: 1), batchSize: 16, epochs: 25);
        Assert.InRange(model.Evaluate(rows.Slice(0, 8, axis: 1), rows.Slice(1, 9, axis: 1))["accuracy"], 0.99, 1);

        using TemporaryFolder folder = new();
        model.Save(folder["model.laminet"]);
        ModelCatalog.RegisterLayers();
        CausalLanguageModel again = Assert.IsType<CausalLanguageModel>(Model.Load(folder["model.laminet"]));
        Assert.Equal(model.Predict(Tokens).ToArray<float>(), again.Predict(Tokens).ToArray<float>());
        Assert.Equal((model.NumKeyValueHeads, model.RotaryMaxWavelength, model.Epsilon), (again.NumKeyValueHeads, again.RotaryMaxWavelength, again.Epsilon));
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        CausalLanguageModel model = Small(llama: false);
        Assert.Contains("at most 12 steps, the model's maxLength", Assert.Throws<ShapeException>(() => model.Predict(Tensor.Zeros([1, 13], DType.Int32))).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 12, the model's maxLength", Assert.Throws<ArgumentOutOfRangeException>(() => model.NewCache(1, 13)).Message, StringComparison.Ordinal);
        Assert.Contains("2 parts", Assert.Throws<ShapeException>(() => model.Next(Tokens, Tensor.Scalar(0), [model.NewCache(2, 9)[0]])).Message, StringComparison.Ordinal);
        Assert.Contains("padding of (batch,)", Assert.Throws<ShapeException>(() => model.Next(Tokens, Tensor.Scalar(0), model.NewCache(2, 9), Tensor.Zeros([3], DType.Int32))).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => model.Next(Tokens, Tensor.Scalar(4), model.NewCache(2, 12)));
        Assert.Contains("a width of 10 that 4 heads can share", Assert.ThrowsAny<ArgumentException>(() => new CausalLanguageModel(5, 5, 10, 1, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("divides the 4 heads", Assert.ThrowsAny<ArgumentException>(() => new CausalLanguageModel(5, 5, 12, 1, 4, numKeyValueHeads: 3)).Message, StringComparison.Ordinal);
    }

    private static CausalLanguageModel Small(bool llama) => llama
        ? CausalLanguageModel.Llama(11, 12, 24, 2, 4, 40, numKeyValueHeads: 2, tieWeights: true, seed: 3)
        : new CausalLanguageModel(11, 12, 24, 2, 4, seed: 3);

    private static void Near(Tensor expected, Tensor received)
    {
        Assert.Equal(expected.Shape, received.Shape);
        Assert.InRange((expected - received).Abs().Max().ToDouble(), 0, 1e-6);
        Assert.True(expected.Abs().Max().ToDouble() > 1e-3);
    }
}
