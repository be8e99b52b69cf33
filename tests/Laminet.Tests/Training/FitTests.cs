using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Training;

public class FitTests
{
    // A plane: y = 2 a - 3 b + 1.
    private static (Tensor X, Tensor Y) Plane(int count = 64)
    {
        Tensor x = new Lcg(5).Tensor([count, 2], minus: 0.5, DType.Float32);
        return (x, x.MatMul(Tensor.From(new float[,] { { 2 }, { -3 } })) + 1);
    }

    private static Sequential Linear(ulong seed = 0)
    {
        Sequential model = new(seed, new Input([2]), new Dense(1));
        model.Compile(new SGD(0.5), "mse", ["mae"]);
        return model;
    }

    [Fact]
    public void A_plane_is_found_exactly()
    {
        (Tensor x, Tensor y) = Plane();
        Sequential model = Linear();
        History history = model.Fit(x, y, batchSize: 16, epochs: 40);
        Assert.Equal(40, history.Epochs.Count);
        Assert.True(history["loss"][^1] < 1e-6, $"loss {history["loss"][^1]}");
        float[] kernel = model.Weights[0].Value.ToArray<float>();
        Assert.Equal(2, kernel[0], 1e-3);
        Assert.Equal(-3, kernel[1], 1e-3);
        Assert.Equal(1, model.Weights[1].Value.ToArray<float>()[0], 1e-3);
        Assert.Equal(model.Evaluate(x, y)["mae"], history["mae"][^1], 1e-3);
    }

    [Fact]
    public void Exclusive_or_is_learned_with_a_hidden_layer_and_not_without()
    {
        Tensor x = Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } });
        Tensor y = Tensor.From(new float[,] { { 0 }, { 1 }, { 1 }, { 0 } });
        double Accuracy(params Layer[] layers)
        {
            Sequential model = new(layers);
            model.Compile(new Adam(0.05), "binary_crossentropy", ["accuracy"]);
            model.Fit(x, y, batchSize: 4, epochs: 200);
            return model.Evaluate(x, y)["accuracy"];
        }

        Assert.Equal(1, Accuracy(new Input([2]), new Dense(8, "tanh"), new Dense(1, "sigmoid")));
        Assert.True(Accuracy(new Input([2]), new Dense(1, "sigmoid")) <= 0.75);
    }

    [Fact]
    public void A_batch_is_predicted_into_a_new_tensor_or_into_the_callers_memory()
    {
        (Tensor x, Tensor _) = Plane();
        Sequential model = new(new Input([2]), new Dense(3, "softmax"));
        float[] expected = model.Predict(x, batchSize: 64).ToArray<float>(), result = new float[expected.Length + 1];
        foreach (bool eagerly in (bool[])[false, true])
        {
            model.RunEagerly = eagerly;
            result[^1] = 77;
            model.PredictOnBatch<float>(x, result);
            Assert.Equal(expected, result[..^1]);
            Assert.Equal(77, result[^1]);
            Assert.Equal(expected, model.PredictOnBatch(x).ToArray<float>());
            ArgumentException tooShort = Assert.Throws<ArgumentException>(() => model.PredictOnBatch<float>(x, new float[5]));
            Assert.StartsWith($"Received room for 5 numbers; the tensor of shape ({x.Shape[0]}, 3) has", tooShort.Message, StringComparison.Ordinal);
            Assert.Throws<DTypeException>(() => model.PredictOnBatch<double>(x, new double[1000]));
            Assert.Throws<ShapeException>(() => model.PredictOnBatch(Tensor.Scalar(1f)));
        }

        // What a caller was given stays as it is when others are predicted.
        model.RunEagerly = false;
        Tensor kept = model.PredictOnBatch(x);
        model.PredictOnBatch(x * 2);
        Assert.Equal(expected, kept.ToArray<float>());
    }

    [Fact]
    public void Figures_of_a_step_are_a_value_that_later_steps_do_not_change()
    {
        (Tensor x, Tensor y) = Plane();
        Sequential model = Linear();
        Logs first = model.TrainOnBatch(x, y);
        (double loss, double error) = (first["loss"], first["mae"]);
        Logs second = model.TrainOnBatch(x, y);
        Assert.Equal(["loss", "mae"], first.Keys);
        Assert.Equal([loss, error], first.Values);
        Assert.NotEqual(first, second);
        Assert.True(second["loss"] < loss);
        Assert.True(first.ContainsKey("mae") && !first.TryGetValue("accuracy", out double _));
        KeyNotFoundException exception = Assert.Throws<KeyNotFoundException>(() => first["accuracy"]);
        Assert.Equal("There is no figure 'accuracy'; there are loss, mae. Give Compile a metric of that name.", exception.Message);
        Assert.Empty(default(Logs));
        // More than a value has room for.
        string[] names = [.. Enumerable.Range(0, 12).Select(number => $"m{number}")];
        model.Compile("sgd", "mse", [.. names.Select(name => new Laminet.Metrics.MeanSquaredError(name))]);
        Logs many = model.TrainOnBatch(x, y);
        Assert.Equal(["loss", .. names], many.Select(figure => figure.Key));
        Assert.Equal(many["m0"], many["m11"]);
    }

    [Fact]
    public void Validation_is_taken_by_a_seeded_shuffle_and_reported_with_val_before()
    {
        (Tensor x, Tensor y) = Plane();
        History history = Linear().Fit(x, y, epochs: 2, validationSplit: 0.25);
        Assert.Equal(["loss", "mae", "val_loss", "val_mae"], history.Epochs[0].Keys.Order());
        // Sorted classes: the tail would hold one class only; a stratified split holds both in proportion.
        Tensor labels = Tensor.From([.. Enumerable.Repeat(0, 30), .. Enumerable.Repeat(1, 30)]);
        Sequential classifier = new(new Input([2]), new Dense(2, "softmax"));
        classifier.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
        Assert.Single(classifier.Fit(x.Slice(0, 60), labels, validationSplit: 0.2, stratify: true)["val_accuracy"]);
        Assert.Throws<ArgumentException>(() => Linear().Fit(x, y, validationSplit: 0.2, validationData: (x, y)));
    }

    [Fact]
    public void A_frozen_layer_keeps_its_weights_and_a_frozen_batch_normalisation_its_statistics()
    {
        Dense first = new(4), last = new(1);
        BatchNormalization normalization = new();
        Sequential model = new(new Input([2]), first, normalization, last);
        (Tensor x, Tensor y) = Plane();
        model.Compile("sgd", "mse");
        first.Trainable = false;
        normalization.Trainable = false;
        model.EnsureInitialized();
        float[][] before = [.. model.Weights.Select(weight => weight.Value.ToArray<float>())];
        model.Fit(x, y, epochs: 2);
        float[][] after = [.. model.Weights.Select(weight => weight.Value.ToArray<float>())];
        for (int i = 0; i < 6; i++)
            Assert.Equal(before[i], after[i]);
        Assert.NotEqual(before[6], after[6]);
        Assert.Equal(2, model.TrainableWeights.Count);
        normalization.Trainable = true;
        model.Fit(x, y, epochs: 1);
        Assert.NotEqual(after[4], model.Weights[4].Value.ToArray<float>());
    }

    [Fact]
    public void A_layer_of_layers_trains_them_all()
    {
        Doubled block = new();
        Sequential model = new(new Input([2]), block, new Dense(1));
        model.Compile(new SGD(0.1), "mse");
        Assert.Equal(4 + 9 + 4, model.ParameterCount);
        model.EnsureInitialized();
        float[] before = block.Weights[0].Value.ToArray<float>();
        (Tensor x, Tensor y) = Plane();
        History history = model.Fit(x, y, epochs: 20);
        Assert.True(history["loss"][^1] < history["loss"][0] / 4);
        Assert.NotEqual(before, block.Weights[0].Value.ToArray<float>());
        block.Trainable = false;
        Assert.Equal(2, model.TrainableWeights.Count);
    }

    [Fact]
    public void A_model_frozen_before_it_is_built_stays_frozen()
    {
        Sequential inner = new(new Dense(3), new BatchNormalization());
        inner.Trainable = false;
        inner.Add(new Dense(2));
        Sequential outer = new(inner, new Dense(1));
        outer.Compile("sgd", "mse");
        (Tensor x, Tensor y) = Plane();
        outer.Fit(x, y, epochs: 1);
        Assert.Equal(2, outer.TrainableWeights.Count);
        Assert.Equal(1f, inner.Weights[5].Value.ToArray<float>()[0]);
    }

    [Fact]
    public void A_shared_batch_normalisation_learns_from_both_uses()
    {
        BatchNormalization shared = new();
        var input = new Input([2]);
        Model model = new(input, new Add().Call([shared.Call(input), shared.Call(new Rescaling(1, 5).Call(input))]));
        (Tensor x, _) = Plane();
        model.Call(x, training: true);
        double mean = x.At(0, 1).Mean().ToDouble();
        Assert.Equal((0.99 * 0.01 * mean) + (0.01 * (mean + 5)), shared.Weights[2].Value.ToArray<float>()[0], 1e-5);
    }

    [Fact]
    public void Made_up_names_make_way_and_given_names_do_not()
    {
        Sequential first = new(new Input([2]), new Dense(3)), second = new(new Input([3]), new Dense(4));
        Sequential joined = new(new Input([2]), first.Layers[1], second.Layers[1]);
        Assert.Equal(["input", "dense", "dense_1"], joined.SummaryRows().Select(row => row.Name));
        // The models that made the names up keep them, and their files too.
        Assert.Equal(["dense", "dense"], [first.SummaryRows()[1].Name, second.SummaryRows()[1].Name]);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new Sequential(new Input([2]), new Dense(3) { Name = "a" }, new Dense(3) { Name = "a" }));
        Assert.Equal("Two layers are named 'a'. Names must differ within a model: weights are stored under them. Set the Name of one.", exception.Message);
    }

    [Fact]
    public void Bytes_become_floats_but_floats_never_silently_become_bytes()
    {
        Sequential bytes = new(new Input([2], DType.UInt8), new Rescaling(1.0 / 255), new Dense(1));
        DTypeException exception = Assert.Throws<DTypeException>(() => bytes.Predict(Plane().X));
        Assert.Equal("Layer Sequential: Layer 'input' (Input): received data of Float32; this Input takes UInt8, and casting would lose what the numbers say. "
            + "Cast them yourself if they are in range (for pixels: 0 to 255), or build the model with new Input(shape, DType.Float32).", exception.Message);
        Assert.Equal(new Shape(1, 1), new Sequential(new Input([2]), new Dense(1)).Predict(Tensor.From(new byte[,] { { 1, 2 } })).Shape);
    }

    [Fact]
    public void What_cannot_be_trained_on_is_refused_at_once()
    {
        (Tensor x, Tensor y) = Plane();
        Dataset endless = Dataset.FromTensors(x, y).Batch(8).Repeat();
        Assert.Equal("Fit: received a data set that never ends (Repeat without a number). Set the length of an epoch: stepsPerEpoch in Fit, otherwise data.Take(steps).",
            Assert.Throws<ArgumentException>(() => Linear().Fit(endless)).Message);
        Assert.Throws<ArgumentException>(() => Linear().Evaluate(endless));
        Assert.Single(Linear().Fit(endless.Take(3)).Epochs);
        Assert.Throws<ArgumentException>(() => Linear().Compile("sgd", new MeanSquaredError(LossReduction.None)));
        Assert.Throws<InvalidOperationException>(() => new Sequential(new Input([2]), new Dense(1)).Fit(x, y));
    }

    [Fact]
    public void Freezing_a_model_freezes_all_inside()
    {
        Sequential inner = new(new Input([2]), new Dense(3));
        Sequential outer = new(new Input([2]), inner, new Dense(1));
        inner.Trainable = false;
        Assert.Equal(4, outer.Weights.Count);
        Assert.Equal(2, outer.TrainableWeights.Count);
    }

    [Fact]
    public void Class_weights_are_sample_weights_by_label()
    {
        Tensor x = Plane().X, labels = (new Lcg(9).Tensor([64]) * 2).Cast(DType.Int32);
        double Loss(Action<Sequential> fit)
        {
            Sequential model = new(new Input([2]), new Dense(2, "softmax"));
            model.Compile(new SGD(0), "sparse_categorical_crossentropy");
            fit(model);
            return model.Progress.History["loss"][0];
        }

        Tensor weights = Tensor.From([.. labels.ToArray<int>().Select(label => label == 0 ? 3f : 0.5f)]);
        Assert.Equal(
            Loss(model => model.Fit(x, labels, sampleWeight: weights)),
            Loss(model => model.Fit(x, labels, classWeight: new Dictionary<int, double> { [0] = 3, [1] = 0.5 })), 1e-6);
    }

    [Fact]
    public void A_regularizer_adds_to_the_loss_and_pulls_at_the_weights()
    {
        (Tensor x, Tensor y) = Plane();
        Sequential model = new(new Input([2]), new Dense(1, kernelRegularizer: new Laminet.Regularizers.L2(0.1)));
        model.Compile(new SGD(0), "mse");
        double loss = model.Evaluate(x, y)["loss"];
        double bare = new MeanSquaredError().Call(y, model.Predict(x)).ToDouble();
        Assert.Equal(bare + (0.1 * model.Weights[0].Value.Square().Sum().ToDouble()), loss, 1e-5);
    }

    [Fact]
    public void Predict_does_not_depend_on_the_batch_size()
    {
        Sequential model = new(new Input([2]), new Dense(8, "tanh"), new Dropout(0.9), new Dense(3));
        Tensor x = Plane(37).X;
        float[] whole = model.Predict(x, 64).ToArray<float>();
        Assert.Equal(37 * 3, whole.Length);
        Assert.Equal(whole, model.Predict(x, 5).ToArray<float>());
    }

    [Fact]
    public void A_training_step_of_ones_own_replaces_ours()
    {
        var input = new Input([2]);
        SignDescent model = new(input, new Dense(1).Call(input));
        model.Compile("sgd", "mse");
        (Tensor x, Tensor y) = Plane();
        History history = model.Fit(x, y, epochs: 30);
        Assert.True(history["loss"][^1] < history["loss"][0] / 4);
    }

    [Fact]
    public void Cancelling_stops_after_the_batch_and_keeps_what_was_learned()
    {
        (Tensor x, Tensor y) = Plane();
        Sequential model = Linear();
        using CancellationTokenSource source = new();
        int batches = 0;
        LambdaCallback stop = new(onTrainBatchEnd: (_, _, _) =>
        {
            if (++batches == 3)
                source.Cancel();
        });
        History history = model.Fit(x, y, batchSize: 8, epochs: 5, callbacks: [stop], cancellationToken: source.Token);
        Assert.True(history.WasCancelled);
        Assert.Equal((0, 3), (model.Progress.Epoch, model.Progress.Batch));
        Assert.Equal(3, model.Optimizer!.Iterations);
    }

    [Fact]
    public void A_data_set_of_streams_trains_too()
    {
        (Tensor x, Tensor y) = Plane();
        IEnumerable<int> Stream()
        {
            for (int i = 0; i < 64; i++)
                yield return i;
        }

        Dataset data = Dataset.From(Stream(), i => (x.At(i), (Tensor?)y.At(i))).Batch(16).Prefetch(2);
        Assert.True(Linear().Fit(data, epochs: 40)["loss"][^1] < 1e-6);
    }

    private sealed class Doubled : Layer
    {
        private readonly Dense inner;
        private readonly Dense outer;

        public Doubled() => (inner, outer) = (Track(new Dense(2, useBias: false) { Name = "inner" }), Track(new Dense(3, "tanh") { Name = "outer" }));

        protected override Tensor Forward(Tensor input, CallContext context) => outer.Call(inner.Call(input, context), context);
    }

    private sealed class SignDescent(SymbolicTensor input, SymbolicTensor output) : Model(input, output)
    {
        protected override void TrainStep(Batch batch, CallContext context)
        {
            Tensor? prediction = null;
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Tensors.Autodiff.Gradient.ValueAndGradients(
                () => ComputeLoss(batch, prediction = Call(batch.X, context), context), TrainableWeights);
            foreach ((Variable weight, Tensor gradient) in TrainableWeights.Zip(gradients))
                weight.Assign(weight.Value - (gradient.Sign() * 0.05));
            Report(batch, prediction!, loss);
        }
    }
}
