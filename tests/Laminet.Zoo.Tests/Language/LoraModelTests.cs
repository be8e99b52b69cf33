using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Language;
using Laminet.Zoo.Tests.Datasets;

namespace Laminet.Zoo.Tests.Language;

public class LoraModelTests
{
    private static readonly Tensor Tokens = (new RandomKey(1).Uniform([128, 6]) * 8).Cast(DType.Int32) + 1;

    // Whether the fourth token is of the upper half.
    private static readonly Tensor Labels = Tokens.Slice(3, 4, axis: 1).Squeeze(1).GreaterEqual(5).Cast(DType.Int32);

    // Trap A63: A is (rank, in) and B (out, rank) in the paper; ΔW (out, in) = alpha / rank B A, and our kernel is its transpose.
    [Theory]
    [InlineData(false, 2, 4)]
    [InlineData(true, 2.828427, 5.656854)]
    public void The_change_is_the_scaled_product(bool rankStabilized, double first, double second)
    {
        Model model = new Sequential(new Input([3]), new Dense(2, useBias: false) { Name = "dense" });
        LoraModel lora = new(model, rank: 2, alpha: 4, weights: "dense/kernel", rankStabilized: rankStabilized);
        Tensor x = Tensor.From([1f, 10f, 100f], [1, 3]), before = lora.Predict(x);
        Assert.Equal(model.Predict(x).ToArray<float>(), before.ToArray<float>());
        Variable down = lora.Weights.First(weight => weight.Name.EndsWith("lora_down", StringComparison.Ordinal)), up = lora.Weights.First(weight => weight.Name.EndsWith("lora_up", StringComparison.Ordinal));
        down.Assign(Tensor.From([1f, 0f, 0f, 2f, 0f, 0f], [3, 2]));
        up.Assign(Tensor.From([1f, 0f, 0f, 1f], [2, 2]));
        double[] delta = lora.Delta("dense/kernel").Cast(DType.Float64).ToArray<double>();
        Assert.All(delta.Zip((double[])[first, 0, 0, second, 0, 0]), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        double[] change = (lora.Predict(x) - before).Cast(DType.Float64).ToArray<double>();
        Assert.Equal(first, change[0], 1e-3);
        Assert.Equal(10 * second, change[1], 1e-3);
    }

    [Fact]
    public void It_learns_with_the_model_frozen_and_merges()
    {
        Model classifier = Classifier();
        classifier.Predict(Tokens);
        float[][] before = [.. classifier.Weights.Select(weight => weight.Value.ToArray<float>())];
        LoraModel lora = new(classifier, rank: 4, alpha: 8, weights: ".*/kernel", seed: 2);
        lora.Compile(new Adam(1e-2), new SparseCategoricalCrossentropy(fromLogits: true), ["accuracy"]);
        lora.Fit(Tokens, Labels, batchSize: 32, epochs: 15);
        Assert.InRange(lora.Evaluate(Tokens, Labels)["accuracy"], 0.95, 1);
        Assert.All(classifier.Weights.Zip(before), pair => Assert.Equal(pair.Second, pair.First.Value.ToArray<float>()));

        Tensor adapted = lora.Predict(Tokens);
        lora.Merge();
        Assert.InRange((lora.Predict(Tokens) - adapted).Abs().Max().ToDouble(), 0, 1e-4);
        Assert.InRange((classifier.Predict(Tokens) - adapted).Abs().Max().ToDouble(), 0, 1e-4);
    }

    [Fact]
    public void Only_the_adapters_and_the_head_are_saved()
    {
        using TemporaryFolder folder = new();
        LoraModel lora = New(Classifier());
        lora.Compile(new Adam(1e-2), new SparseCategoricalCrossentropy(fromLogits: true));
        lora.Fit(Tokens, Labels, batchSize: 32, epochs: 1);
        lora.SaveAdapters(folder["adapters.safetensors"]);
        // Two blocks with queries and values, and a head of kernel and bias.
        Assert.Equal((2 * 2 * 2) + 2, SafeTensors.Read(folder["adapters.safetensors"]).Tensors.Count);
        Assert.Equal((2 * 2 * 2) + 2, lora.TrainableWeights.Count);

        LoraModel again = New(Classifier());
        again.Predict(Tokens);
        again.LoadAdapters(folder["adapters.safetensors"]);
        Assert.Equal(lora.Predict(Tokens).ToArray<float>(), again.Predict(Tokens).ToArray<float>());

        LoraModel other = new(Classifier(), rank: 3, alpha: 6, trained: "classifier");
        other.Predict(Tokens);
        Assert.Contains("has the shape", Assert.Throws<InvalidDataException>(() => other.LoadAdapters(folder["adapters.safetensors"])).Message, StringComparison.Ordinal);
        LoraModel scaled = new(Classifier(), rank: 2, alpha: 6, trained: "classifier");
        scaled.Predict(Tokens);
        Assert.Contains("Give the same alpha and rank", Assert.Throws<InvalidDataException>(() => scaled.LoadAdapters(folder["adapters.safetensors"])).Message, StringComparison.Ordinal);

        static LoraModel New(Model classifier) => new(classifier, rank: 2, alpha: 4, trained: "classifier", seed: 4);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("fits no matrix of the model", Assert.Throws<ArgumentException>(() => new LoraModel(Classifier(), weights: "nothing")).Message, StringComparison.Ordinal);
        Assert.Contains("fits no layer of the model", Assert.Throws<ArgumentException>(() => new LoraModel(Classifier(), trained: "nothing")).Message, StringComparison.Ordinal);
        Assert.Contains("before the model has seen", Assert.Throws<InvalidOperationException>(() => new LoraModel(Classifier()).Delta("block_0/self_attention/query/kernel")).Message, StringComparison.Ordinal);
        Assert.Contains("has no adapter", Assert.Throws<KeyNotFoundException>(() => new LoraModel(Classifier()).Delta("block_0/self_attention/key/kernel")).Message, StringComparison.Ordinal);
    }

    private static Model Classifier() =>
        Bert.Classifier(Bert.Encoder(new() { VocabularySize = 10, MaxLength = 8, Width = 16, NumBlocks = 2, NumHeads = 2, Dropout = 0, Seed = 1 }), classes: 2, dropout: 0, seed: 1);
}
