using Laminet.Data;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Transfer;

namespace Laminet.Tests.Training.Transfer;

public class TransferLearningTests
{
    private static readonly Tensor X = new RandomKey(1).Uniform([48, 8, 8, 2]);
    private static readonly Tensor Y = (X.Slice(0, 1, axis: 3).Mean([1, 2, 3]).Greater(X.Slice(1, 2, axis: 3).Mean([1, 2, 3]))).Cast(DType.Int32);

    [Fact]
    public void Training_the_rest_on_features_is_training_the_whole_model()
    {
        Model whole = Base().WithHead(2, dropout: 0, seed: 5), parted = Base().WithHead(2, dropout: 0, seed: 5);
        whole.Compile(new SGD(0.1), "sparse_categorical_crossentropy");
        whole.Fit(X, Y, batchSize: 16, epochs: 3, shuffle: false);
        FrozenPart frozen = FrozenPart.Of(parted);
        Dataset features = frozen.Compute(Dataset.FromTensors(X, Y).Batch(20));
        frozen.Rest.Compile(new SGD(0.1), "sparse_categorical_crossentropy");
        frozen.Rest.Fit(features.Batch(16), epochs: 3);

        Assert.Equal(8, frozen.Rest.InputShape[0]);
        foreach ((Variable one, Variable other) in whole.Weights.Zip(parted.Weights))
            Assert.True((one.Value - other.Value).Abs().Max().ToDouble() < 1e-6, one.Name);
        Assert.True((parted.GetLayer("head").Weights[0].Value - Base().WithHead(2, 0, 5).GetLayer("head").Weights[0].Value).Abs().Max().ToDouble() > 1e-3);
    }

    [Fact]
    public void The_cut_is_after_the_pooling_and_before_what_is_random()
    {
        Model model = Base().WithHead(3, dropout: 0.5);
        FrozenPart frozen = FrozenPart.Of(model);

        Assert.Equal(["input", "conv2d", "batch_normalization", "re_lu", "conv2d_1", "add", "global_average_pooling2d"], frozen.Features.SummaryRows().Select(row => row.Name));
        Assert.Equal<int>([8], frozen.Rest.InputShape.Dimensions.ToArray());
        Assert.Equal(2, frozen.Rest.TrainableWeights.Count);
        // Not within the branches that are added.
        model.GetLayer("conv2d_1").Trainable = true;
        Assert.Equal<int>([8, 8, 8], FrozenPart.Of(model).Rest.InputShape.Dimensions.ToArray());
    }

    [Fact]
    public void Features_keep_targets_weights_and_order()
    {
        FrozenPart frozen = FrozenPart.Of(Base().WithHead(2));
        List<int> done = [];
        Batch all = frozen.Compute(Dataset.FromTensors(X, Y, Tensor.Range(0, 48).Cast(DType.Float32)).Batch(20), new Reporter(done)).Batch(48).Batches().Single();

        Assert.Equal([20, 40, 48], done);
        Assert.Equal(Y.ToArray<int>(), all.Y!.ToArray<int>());
        Assert.Equal(Enumerable.Range(0, 48).Select(i => (float)i), all.SampleWeight!.ToArray<float>());
        Assert.True((all.X - frozen.Features.Predict(X)).Abs().Max().ToDouble() < 1e-6);
    }

    [Fact]
    public void Fine_tuning_reads_the_examples_once_for_the_head_and_once_an_epoch_afterwards()
    {
        int read = 0;
        Dataset data = Dataset.FromTensors(X, Y).Batch(16).Map(batch =>
        {
            Interlocked.Increment(ref read);
            return batch;
        });
        Model model = Base().WithHead(2, seed: 3);
        Tensor before = model.GetLayer("conv2d").Weights[0].Value, last = model.GetLayer("conv2d_1").Weights[0].Value;
        FineTuning result = model.FineTune(data, settings: new() { HeadEpochs = 30, HeadLearningRate = 0.05, Epochs = 4, Unfrozen = 0.5 });

        Assert.Equal(3 + (4 * 3), read);
        Assert.Equal(30, result.Head.Epochs.Count);
        Assert.Equal(4, result.Tuned!.Epochs.Count);
        Assert.True(result.Head["loss"][^1] < result.Head["loss"][0]);
        Assert.Equal(before.ToArray<float>(), model.GetLayer("conv2d").Weights[0].Value.ToArray<float>());
        Assert.NotEqual(last.ToArray<float>(), model.GetLayer("conv2d_1").Weights[0].Value.ToArray<float>());
        // The statistics of a batch normalisation stay those it came with.
        Assert.All(model.GetLayer("batch_normalization").Weights[2].Value.ToArray<float>(), mean => Assert.Equal(0, mean));
    }

    [Fact]
    public void Without_a_better_epoch_the_head_stays_and_the_model_is_compiled_in_every_case()
    {
        Dataset data = Dataset.FromTensors(X, Y).Batch(16);
        Model model = Base().WithHead(2, dropout: 0, seed: 3);
        FineTuning head = model.FineTune(data, data, new() { HeadEpochs = 40, HeadLearningRate = 0.1, Epochs = 0 });
        Assert.Null(head.Tuned);
        double best = head.Head["val_accuracy"].Max();
        Assert.True(best > 0.6, $"{best}");
        Assert.Equal(best, model.Evaluate(data)["accuracy"], 1e-9);

        // A rate at which all is lost.
        model = Base().WithHead(2, dropout: 0, seed: 3);
        FineTuning lost = model.FineTune(data, data, new() { HeadEpochs = 40, HeadLearningRate = 0.1, Epochs = 2, LearningRate = 1e3, Unfrozen = 1 });
        Assert.All(lost.Tuned!["val_accuracy"], accuracy => Assert.True(!(accuracy > best), $"{accuracy}"));
        Assert.Equal(best, model.Evaluate(data)["accuracy"], 1e-9);
    }

    // Its statistics change in training, though the optimizer changes none of its weights.
    [Fact]
    public void A_normalisation_by_the_batch_that_trains_is_no_frozen_layer()
    {
        Input input = new([8, 8, 2]);
        SymbolicTensor x = new Conv2D(4, 3).Call(input);
        Model model = new Model(input, new BatchNormalization(center: false, scale: false).Call(x), seed: 7).WithHead(2, dropout: 0);
        Assert.Equal<int>([4], FrozenPart.Of(model).Rest.InputShape.Dimensions.ToArray());
        model.Layers.OfType<BatchNormalization>().Single().Trainable = true;
        Assert.Equal<int>([6, 6, 4], FrozenPart.Of(model).Rest.InputShape.Dimensions.ToArray());
    }

    [Fact]
    public void Heads_on_heads_have_names_of_their_own()
    {
        Model twice = Base().WithHead(5).WithoutTop().WithHead(3);
        Assert.Equal("head", twice.Layers[^1].Name);
        Assert.Equal("head_1", Base().WithHead(5).WithHead(3).Layers[^1].Name);
        Assert.Throws<ArgumentOutOfRangeException>(() => Base().WithHead(2, dropout: double.NaN));
        Input input = new([8, 8, 2]);
        Assert.Contains("is a model itself", Assert.Throws<ArgumentException>(() => new Model(input, Base().Call((SymbolicTensor)input)).WithoutTop()).Message, StringComparison.Ordinal);
    }

    // The first step of Adam is the learning rate, whatever the gradient: 1e-3 times the factor.
    [Fact]
    public void Layers_that_are_unfrozen_have_rates_that_fall_towards_the_input()
    {
        Model model = Base().WithHead(2, seed: 3);
        Adam optimizer = new(1e-3);
        IReadOnlyList<Layer> layers = model.UnfreezeTop(1, optimizer, lowestFactor: 0.01);
        Assert.Equal(["conv2d_1", "conv2d"], layers.Select(layer => layer.Name));
        model.Compile(optimizer, "sparse_categorical_crossentropy");
        Tensor[] before = [.. model.TrainableWeights.Select(weight => weight.Value)];
        model.TrainOnBatch(X, Y);

        double[] steps = [.. model.TrainableWeights.Zip(before).Select(pair => (pair.First.Value - pair.Second).Abs().Max().ToDouble())];
        double[] expected = [1e-5, 1e-5, 1e-4, 1e-4, 1e-3, 1e-3];
        Assert.Equal(expected.Length, steps.Length);
        foreach ((double step, double factor) in steps.Zip(expected))
            Assert.InRange(step, 0.98 * factor, 1.02 * factor);
    }

    [Fact]
    public void Layers_of_a_model_within_the_model_are_unfrozen_one_by_one()
    {
        Model within = Base();
        Input input = new([8, 8, 2]);
        Model model = new Model(input, within.Call((SymbolicTensor)input)).WithHead(2);
        Assert.Single(model.UnfreezeTop(0.5));

        Assert.Equal(4, model.TrainableWeights.Count);
        Assert.Empty(within.GetLayer("conv2d").TrainableWeights);
        Assert.Empty(within.GetLayer("batch_normalization").TrainableWeights);
    }

    [Fact]
    public void The_top_of_a_classifier_is_taken_off_with_its_dropout()
    {
        Input input = new([8, 8, 2]);
        SymbolicTensor features = new Dense(5, "relu").Call(new Flatten().Call(input));
        Model classifier = new(input, new Activation("softmax").Call(new Dense(10).Call(new Dropout(0.5).Call(features))), seed: 2);
        Model without = classifier.WithoutTop();

        Assert.Equal<int>([5], without.OutputShape.Dimensions.ToArray());
        Tensor logits = without.Predict(X).MatMul(classifier.Weights[2].Value) + classifier.Weights[3].Value;
        Assert.True((logits.Softmax() - classifier.Predict(X)).Abs().Max().ToDouble() < 1e-6);
    }

    [Fact]
    public void Sequences_get_the_mean_over_time()
    {
        Input words = new([6], DType.Int32);
        Model model = new Model(words, new LSTM(4, returnSequences: true).Call(new Embedding(9, 3).Call(words))).WithHead(2, dropout: 0);
        Assert.Contains(model.Layers, layer => layer is GlobalAveragePooling1D);
        Assert.Equal<int>([4], FrozenPart.Of(model).Rest.InputShape.Dimensions.ToArray());
    }

    [Fact]
    public void What_cannot_be_cut_is_told()
    {
        Input input = new([8, 8, 2]);
        Assert.Contains("no layer of the model has weights to train", Error(() => FrozenPart.Of(Frozen(Base()))), StringComparison.Ordinal);
        Assert.Contains("'conv2d', the first layer with weights, is trained", Error(() => FrozenPart.Of(Base())), StringComparison.Ordinal);
        Input second = new([1]);
        Assert.Contains("with 2 inputs", Error(() => FrozenPart.Of(new Model([input, second], [new Flatten().Call(input), new Dense(1).Call(second)]))), StringComparison.Ordinal);
        Assert.Contains("expected features of shape", Error(() => new Model(input, new Reshape([2, 2, 4, 8]).Call(input)).WithHead(2)), StringComparison.Ordinal);
        Assert.Contains("received one without weights", Error(() => new Model(input, new Flatten().Call(input)).WithoutTop()), StringComparison.Ordinal);
        Assert.Contains("Received classes = 0", Assert.Throws<ArgumentOutOfRangeException>(() => Base().WithHead(0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Base().WithHead(2).UnfreezeTop(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FineTuneSettings { Unfrozen = 1.5 });
        // With a mask, the mean leaves padding out; cut off from its mask it would not.
        Input words = new([6], DType.Int32);
        Model masked = new Model(words, new Embedding(9, 3, maskZero: true).Call(words)).WithHead(2, dropout: 0);
        Assert.Equal<int>([3], FrozenPart.Of(masked).Rest.InputShape.Dimensions.ToArray());
        SymbolicTensor embedded = new Embedding(9, 3, maskZero: true).Call(words);
        Model cut = new(words, new Dense(1).Call(new LSTM(4).Call(embedded)));
        cut.Layers[1].Trainable = false;
        Assert.Contains("no single tensor without a mask", Error(() => FrozenPart.Of(cut)), StringComparison.Ordinal);

        static string Error(Action wrong) => Assert.Throws<ArgumentException>(wrong).Message;

        static Model Frozen(Model model)
        {
            model.Trainable = false;
            return model;
        }
    }

    // A block with a connection around it.
    private static Model Base()
    {
        Input input = new([8, 8, 2]);
        SymbolicTensor x = new ReLU().Call(new BatchNormalization().Call(new Conv2D(8, 3, padding: Padding.Same).Call(input)));
        return new Model(input, new Add().Call([x, new Conv2D(8, 3, padding: Padding.Same).Call(x)]), seed: 7);
    }

    private sealed class Reporter(List<int> done) : IProgress<int>
    {
        public void Report(int value) => done.Add(value);
    }
}
