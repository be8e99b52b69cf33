using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>
/// Masks: which layers make, pass on, use up and drop them, and that padding then counts nowhere: sequences padded further have the same outputs,
/// losses, metrics and gradients.
/// </summary>
public class MaskTests
{
    private static readonly Tensor Sequences = Tensor.From(new float[,,] { { { 1, 2 }, { 3, 4 }, { 0, 0 } }, { { 5, 0 }, { 0, 0 }, { 0, 0 } } });
    private static readonly bool[] Counts = [true, true, false, true, false, false];

    private static CallContext Pass(Action<string>? warn = null, bool training = false) => new(training, new RandomKey(1), warn ?? (message => Assert.Fail(message)));

    private static bool[]? MaskAfter(Layer layer, CallContext context, Tensor? input = null)
    {
        Tensor masked = new Masking().Call(input ?? Sequences, context);
        return context.MaskOf(layer.Call(masked, context))?.ToArray<bool>();
    }

    public static TheoryData<string> Passing => ["dense", "activation", "dropout", "rescaling", "batch_normalization", "masking", "input", "add", "model"];

    private static Layer PassingLayer(string name)
    {
        var input = new Input([null, 2]);
        return name switch
        {
            "dense" => new Dense(3),
            "activation" => new Activation("relu"),
            "dropout" => new Dropout(0.5),
            "rescaling" => new Rescaling(2),
            "batch_normalization" => new BatchNormalization(),
            "masking" => new Masking(),
            "input" => new Input([3, 2]),
            "add" => new Add(),
            _ => new Model(input, new Dense(2).Call(new Activation("tanh").Call(input))),
        };
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public void A_layer_that_computes_each_step_alone_passes_the_mask_on(string name) => Assert.Equal(Counts, MaskAfter(PassingLayer(name), Pass()));

    [Fact]
    public void A_layer_that_would_drop_a_mask_says_so_once()
    {
        List<string> warnings = [];
        Layer flatten = new Flatten { Name = "flat" };
        Assert.Null(MaskAfter(flatten, Pass(warnings.Add)));
        Assert.Null(MaskAfter(flatten, Pass(warnings.Add)));
        Assert.Single(warnings);
        Assert.StartsWith("Layer 'flat' (Flatten) receives a mask and drops it", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_passes_the_warning_to_its_listeners()
    {
        var input = new Input([3, 2]);
        Model model = new(input, new Flatten().Call(new Masking().Call(input)));
        List<string> warnings = [];
        model.Warned += warnings.Add;
        model.Predict(Sequences);
        Assert.Contains(warnings, warning => warning.Contains("drops it", StringComparison.Ordinal));
    }

    // A mean over the steps that count: (1+3)/2, (2+4)/2; 5, 0.
    [Fact]
    public void A_mean_over_time_uses_the_mask_up()
    {
        CallContext context = Pass();
        Tensor mean = new GlobalAveragePooling1D().Call(new Masking().Call(Sequences, context), context);
        Assert.Equal([2f, 3, 5, 0], mean.ToArray<float>());
        Assert.Null(context.MaskOf(mean));
        Assert.Equal([4 / 3f, 2, 5 / 3f, 0], new GlobalAveragePooling1D().Call(Sequences).ToArray<float>());
        Assert.Equal([2f, 3, 5, 0], new GlobalAveragePooling1D().Call(Sequences, mask: Tensor.From(Counts, [2, 3])).ToArray<float>());
    }

    [Fact]
    public void A_sequence_of_which_no_step_counts_gives_zeros() =>
        Assert.Equal([0f, 0], new GlobalAveragePooling1D().Call(Tensor.Ones([1, 3, 2]), mask: Tensor.Full([1, 3], 0, DType.Bool)).ToArray<float>());

    [Fact]
    public void Joined_sequences_have_the_masks_joined()
    {
        CallContext context = Pass();
        Tensor left = new Masking().Call(Sequences, context), right = new Masking().Call(Sequences.Flip(1), context), free = Tensor.Ones([2, 3, 2]);
        Assert.Equal([false, true, false, false, false, false], Mask(new Add().Call([left, right], context)));
        Assert.Equal(Counts, Mask(new Add().Call([left, free], context)));
        Assert.Equal([true, true, true, true, false, true], Mask(new Concatenate().Call([left, right], context)));
        Assert.Equal([true, true, false, false, true, true, true, false, false, false, false, true], Mask(new Concatenate(1).Call([left, right], context)));
        Assert.Null(context.MaskOf(new Concatenate().Call([free, free], context)));

        bool[] Mask(Tensor tensor) => context.MaskOf(tensor)!.ToArray<bool>();
    }

    [Fact]
    public void An_embedding_masks_index_0_if_asked_to()
    {
        Tensor words = Tensor.From(new[,] { { 3, 1, 0 }, { 2, 0, 0 } });
        CallContext context = Pass();
        Assert.Equal(Counts, context.MaskOf(new Embedding(4, 2, maskZero: true).Call(words, context))!.ToArray<bool>());
        Assert.Null(context.MaskOf(new Embedding(4, 2).Call(words, context)));
    }

    // Only the rows (1,2), (3,4), (5,0) count: mean (3, 2), variance (8/3, 8/3).
    [Fact]
    public void Batch_normalization_takes_its_statistics_from_the_steps_that_count()
    {
        BatchNormalization layer = new(epsilon: 1e-7, momentum: 0);
        CallContext context = Pass(training: true);
        Tensor result = layer.Call(new Masking().Call(Sequences, context), context);
        double deviation = Math.Sqrt(8 / 3.0);
        Assert.Equal(-2 / deviation, result.ToArray<float>()[0], 1e-5);
        Assert.Equal([3f, 2], layer.Weights[2].Value.ToArray<float>());
        foreach (float variance in layer.Weights[3].Value.ToArray<float>())
            Assert.Equal(8 / 3.0, variance, 1e-5);
    }

    [Fact]
    public void What_does_not_count_enters_no_statistics_of_a_batch()
    {
        float[][] means = [.. new[] { 0f, float.NaN }.Select(padding =>
        {
            BatchNormalization layer = new(momentum: 0);
            CallContext context = Pass(training: true);
            Tensor mask = Tensor.From(Counts, [2, 3]), x = Tensor.Where(mask.ExpandDims(-1), Sequences, Tensor.Scalar(padding));
            context.SetMask(x, mask);
            layer.Call(x, context);
            return layer.Weights[2].Value.ToArray<float>();
        })];
        Assert.Equal([3f, 2], means[0]);
        Assert.Equal(means[0], means[1]);
    }

    // sum(l m) / sum(m), as Keras's apply_mask gives it; with weights sum(l w m) / sum(m).
    [Fact]
    public void A_loss_is_the_mean_over_what_counts()
    {
        Tensor y = Tensor.Zeros([2, 3, 1]), prediction = Tensor.From(new float[,,] { { { 1 }, { 2 }, { 9 } }, { { 3 }, { 9 }, { 9 } } }), mask = Tensor.From(Counts, [2, 3]);
        Assert.Equal((1 + 4 + 9) / 3.0, ((Loss)"mse").Call(y, prediction, mask: mask).ToDouble(), 1e-6);
        Assert.Equal((1 + 4 + (2 * 9)) / 3.0, ((Loss)"mse").Call(y, prediction, Tensor.From(1f, 2), mask).ToDouble(), 1e-6);
        Assert.Equal(14, new Laminet.Losses.MeanSquaredError(LossReduction.Sum).Call(y, prediction, mask: mask).ToDouble(), 1e-6);
        Assert.Equal(0, ((Loss)"mse").Call(y, prediction, mask: Tensor.Full([2, 3], 0, DType.Bool)).ToDouble());
        // What does not count may be anything.
        Tensor broken = Tensor.From(new float[,,] { { { 1 }, { 2 }, { float.NaN } }, { { 3 }, { float.PositiveInfinity }, { 9 } } });
        Assert.Equal((1 + 4 + 9) / 3.0, ((Loss)"mse").Call(y, broken, mask: mask).ToDouble(), 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Padding_changes_no_loss_metric_gradient_or_output(bool eager)
    {
        Tensor labels = Tensor.From(new[,] { { 0, 1 }, { 1, 0 } });
        (IReadOnlyDictionary<string, double> logs, float[] weights) = Trained(Sequences.Slice(0, 2, axis: 1), labels);
        (IReadOnlyDictionary<string, double> padded, float[] paddedWeights) = Trained(Sequences.Pad([(0, 0), (0, 4), (0, 0)]), labels.Pad([(0, 0), (0, 5)], 0L));
        foreach ((string name, double value) in logs)
            Assert.Equal(value, padded[name], 1e-6);
        foreach ((float expected, float actual) in weights.Zip(paddedWeights))
            Assert.Equal(expected, actual, 1e-6);

        (IReadOnlyDictionary<string, double>, float[]) Trained(Tensor x, Tensor y)
        {
            var input = new Input([null, 2]);
            SymbolicTensor hidden = new Dense(4, "tanh").Call(new Masking().Call(input));
            Model model = new(input, new Dense(2, "softmax").Call(hidden), seed: 5) { RunEagerly = eager };
            model.Compile(new SGD(0.5), "sparse_categorical_crossentropy", ["accuracy"], weightedMetrics: [new SparseCategoricalAccuracy("weighted")]);
            model.TrainOnBatch(x, y, Tensor.From(1f, 3));
            model.TrainOnBatch(x, y, Tensor.From(1f, 3));
            return (new Dictionary<string, double>(model.Evaluate(x, y, sampleWeight: Tensor.From(1f, 3))), [.. model.Weights.SelectMany(weight => weight.Value.ToArray<float>())]);
        }
    }

    [Fact]
    public void A_model_of_unknown_lengths_runs_on_any()
    {
        var tokens = new Input([null], DType.Int32);
        SymbolicTensor vectors = new Embedding(10, 4, maskZero: true).Call(tokens);
        Assert.Equal("(None, None, 4)", vectors.ToString());
        SymbolicTensor mean = new GlobalAveragePooling1D().Call(vectors);
        Assert.Equal("(None, 4)", mean.ToString());
        Model model = new(tokens, new Dense(1, "sigmoid").Call(mean));
        Tensor short1 = Tensor.From(new[,] { { 1, 2, 3 } }), long1 = Tensor.From(new[,] { { 1, 2, 3, 0, 0, 0, 0 } });
        Assert.Equal(model.Predict(short1).ToArray<float>()[0], model.Predict(long1).ToArray<float>()[0], 1e-6);
        Assert.Equal("(None, None, 4)", model.SummaryRows()[1].OutputShape);
        model.Compile("adam", "bce");
        Assert.True(model.Plan(8, length: 100).TrainingBytes > model.Plan(8, length: 10).TrainingBytes);
        Assert.Contains("pass length", Assert.Throws<ArgumentException>(() => model.Plan(8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_that_a_layer_must_know_is_told()
    {
        var input = new Input([null, 4]);
        ShapeException exception = Assert.Throws<ShapeException>(() => new Dense(2).Call(new Flatten().Call(input)));
        Assert.Contains("which has an unknown length (None)", exception.Message, StringComparison.Ordinal);
        Assert.Contains("unknown until there is data", Assert.Throws<ShapeException>(() => ((SymbolicTensor)input).Shape).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_could_not_be_used_for_unknown_lengths_can_be_used_for_known_ones()
    {
        Dense dense = new(2);
        Assert.Throws<ShapeException>(() => dense.Call(new Flatten().Call(new Input([null, 4]))));
        Assert.Equal("(None, 2)", dense.Call(new Flatten().Call(new Input([3, 4]))).ToString());
    }

    // The label -1 names no class, as padding of class numbers often does.
    [Fact]
    public void What_does_not_count_may_name_no_class_and_gives_no_gradient()
    {
        Tensor labels = Tensor.From(new[,] { { 0, 1, -1 }, { 1, -1, -1 } }), mask = Tensor.From(Counts, [2, 3]);
        Tensor logits = Tensor.Where(mask.ExpandDims(-1), new RandomKey(1).Normal([2, 3, 2]), Tensor.Scalar(float.NaN));
        Loss loss = new SparseCategoricalCrossentropy(fromLogits: true);
        (Tensor clean, Tensor cleanLabels) = (Tensor.Where(mask.ExpandDims(-1), logits, Tensor.Scalar(0f)), labels.Maximum(Tensor.Scalar(0)));
        Assert.Equal(loss.Call(cleanLabels, clean, mask: mask).ToDouble(), loss.Call(labels, logits, mask: mask).ToDouble());
        float[] expected = Gradient.Of(p => loss.Call(cleanLabels, p, mask: mask))(clean).ToArray<float>(), received = Gradient.Of(p => loss.Call(labels, p, mask: mask))(logits).ToArray<float>();
        Assert.Equal(expected, received);
        Assert.All(received[4..6], number => Assert.Equal(0, number));
        Assert.NotEqual(0, received[0]);
    }

    // All sequences of the batch have the length 3, and the bucket has 4: the targets by step go along.
    [Fact]
    public void Targets_by_step_are_padded_with_their_sequences()
    {
        Batch[] batches = [.. Dataset.From<int>([1, 4], first => (Tensor.Ones([3, 2]), Tensor.Range(first, first + 3))).PaddedBatch(2, buckets: [4]).Batches()];
        Assert.Equal(new Shape(2, 4, 2), Assert.Single(batches).X.Shape);
        Assert.Equal([1, 2, 3, 0, 4, 5, 6, 0], batches[0].Y!.ToArray<int>());
        // One label an example is not by step.
        Assert.Equal(new Shape(2), Dataset.FromRagged([Tensor.Ones([3, 2]), Tensor.Ones([3, 2])], Tensor.From(1, 2)).PaddedBatch(2, buckets: [4]).Batches().Single().Y!.Shape);
    }

    [Fact]
    public void A_mask_is_dropped_in_a_pass_of_numbers_only()
    {
        var input = new Input([3, 2]);
        List<string> warnings = [];
        Model model = new(input, new Dense(1).Call(new Flatten().Call(new Masking().Call(input))));
        model.Warned += warnings.Add;
        model.SummaryText();
        Assert.Empty(warnings);
        model.Predict(Sequences);
        Assert.Single(warnings);
    }

    [Fact]
    public void Masks_by_example_are_joined_along_features()
    {
        CallContext context = Pass();
        Tensor left = Tensor.Ones([2, 3]), right = Tensor.Ones([2, 4]);
        context.SetMask(left, Tensor.From(true, false));
        context.SetMask(right, Tensor.From(false, false));
        Assert.Equal([true, false], context.MaskOf(new Concatenate().Call([left, right], context))!.ToArray<bool>());
        Assert.Equal([true, true], context.MaskOf(new Concatenate().Call([left, Tensor.Ones([2, 4])], context))!.ToArray<bool>());
    }

    [Fact]
    public void A_masked_mean_cannot_be_had_in_parts_of_a_batch()
    {
        var input = new Input([3, 64]);
        Model model = new(input, new Dense(64).Call(new Masking().Call(input)));
        model.Compile("sgd", "mse");
        long budget = model.Plan(16).TrainingBytes!.Value + model.Plan(1).WeightBytes;
        Tensor x = new RandomKey(1).Normal([64, 3, 64]);
        float[] before = model.Weights[0].Value.ToArray<float>();
        Assert.Contains("an output has a mask", Assert.Throws<ArgumentException>(() => model.Fit(x, x, batchSize: 64, memoryBudget: budget)).Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Weights[0].Value.ToArray<float>());
    }

    // The sum of a sequence's numbers, whatever its length: it can be learned only if padding does not count.
    [Fact]
    public void Sequences_of_any_length_are_learned_in_buckets()
    {
        RandomKey key = new(3);
        float[][] sequences = [.. Enumerable.Range(0, 200).Select(i => key.Fold((ulong)i).Uniform([3 + (i % 14)], 0.2, 1.0).ToArray<float>())];
        Tensor means = Tensor.From([.. sequences.Select(sequence => sequence.Average())], [200, 1]);
        Dataset data = Dataset.FromRagged([.. sequences.Select(sequence => Tensor.From(sequence).ExpandDims(-1))], means).Shuffle(1).PaddedBatch(16, buckets: [4, 8, 16]);
        Assert.All(data.Batches(), batch => Assert.Contains(batch.X.Shape[1], new[] { 4, 8, 16 }));
        Assert.Equal(200, data.Batches().Sum(batch => batch.Count));
        var input = new Input([null, 1]);
        Model model = new(input, new Dense(1).Call(new GlobalAveragePooling1D().Call(new Masking().Call(input))));
        model.Compile(new Adam(0.05), "mse");
        History history = model.Fit(data, epochs: 150);
        Assert.True(history["loss"][^1] < 1e-5, $"{history["loss"][^1]}");
        // A shape a bucket, and the fewer examples at the end of each.
        Assert.InRange(model.Traces, 3, 8);
    }
}
