using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Training;

/// <summary>Twelve tasks that users have, each as they would write it, in at most 30 lines; each must reach its figure.</summary>
public sealed class UserTaskTests : IDisposable
{
    private static readonly Tensor X = new RandomKey(1).Normal([64, 4]), Z = new RandomKey(2).Normal([64, 3]);
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Two_inputs()
    {
        var left = new Input([4]) { Name = "left" };
        var right = new Input([3]) { Name = "right" };
        SymbolicTensor both = new Concatenate().Call([new Dense(8, "tanh").Call(left), new Dense(8, "tanh").Call(right)]);
        var model = new Model([left, right], new Dense(1).Call(both));
        model.Compile(new Adam(0.02), "mse");
        Tensor y = X.Sum(1, keepDims: true) * Z.Sum(1, keepDims: true).Sign();
        History history = model.Fit(x: new() { ["left"] = X, ["right"] = Z }, y: y, epochs: 150);
        Assert.True(history["loss"][^1] < 0.3 * history["loss"][0]);
    }

    [Fact]
    public void Two_outputs_with_loss_weights()
    {
        var input = new Input([4]);
        SymbolicTensor hidden = new Dense(16, "relu").Call(input);
        var model = new Model(input, new() { ["sum"] = new Dense(1).Call(hidden), ["sign"] = new Dense(1, "sigmoid").Call(hidden) });
        model.Compile(
            new Adam(0.02), loss: new() { ["sum"] = "mse", ["sign"] = "binary_crossentropy" }, metrics: new() { ["sign"] = ["accuracy"] },
            lossWeights: new() { ["sum"] = 0.5 });
        Tensor sum = X.Sum(1, keepDims: true);
        History history = model.Fit(X, new() { ["sum"] = sum, ["sign"] = sum.Greater(0).Cast(DType.Float32) }, epochs: 60);
        Assert.Equal(history["loss"][^1], (0.5 * history["sum_loss"][^1]) + history["sign_loss"][^1], 1e-4);
        Assert.True(history["sign_accuracy"][^1] > 0.95);
    }

    [Fact]
    public void Siamese_networks_share_their_weights()
    {
        var encoder = new Sequential(new Input([4]), new Dense(8, "tanh"), new Dense(2));
        Input first = new([4]), second = new([4]);
        SymbolicTensor distance = new Distance().Call([encoder.Call(first), encoder.Call(second)]).Only;
        var model = new Model([first, second], distance);
        model.Compile(new Adam(0.01), "mse");
        // Pairs are alike if their first numbers are.
        Tensor other = X.Flip(0), y = (X[.., 0..1] - other[.., 0..1]).Square();
        History history = model.Fit([X, other], y, epochs: 200);
        Assert.Equal(encoder.ParameterCount, model.ParameterCount);
        Assert.True(history["loss"][^1] < 0.2 * history["loss"][0]);
    }

    [Fact]
    public void A_custom_layer_is_saved_and_loaded()
    {
        Layer.Registry.Register<Scale>();
        var model = new Sequential(new Input([4]), new Scale(start: 3), new Dense(1));
        model.Save(scratch.Path("scaled.laminet"));
        Model loaded = Model.Load(scratch.Path("scaled.laminet"));
        Assert.Equal(model.Predict(X).ToArray<float>(), loaded.Predict(X).ToArray<float>());
        Assert.Equal(3, ((Scale)loaded.Layers[1]).Start);
    }

    [Fact]
    public void A_custom_loss()
    {
        var model = new Sequential(new Input([4]), new Dense(1));
        model.Compile(new Adam(0.05), new QuantileLoss(0.9));
        Tensor y = new RandomKey(5).Uniform([64, 1]);
        model.Fit(X * 0, y, epochs: 300, batchSize: 64);
        // The 90th percentile of the targets.
        double share = y.Less(model.Predict(X * 0)).Cast(DType.Float32).Mean().ToDouble();
        Assert.InRange(share, 0.85, 0.95);
    }

    [Fact]
    public void A_custom_step_with_two_optimizers()
    {
        Sequential body = new(new Input([4]), new Dense(8, "tanh")), head = new(new Input([8]), new Dense(1));
        Optimizer slow = new SGD(0.01), fast = new Adam(0.05);
        Tensor y = X.Sum(1, keepDims: true);
        CompiledFunction step = Function.Compile(inputs =>
        {
            IReadOnlyList<Variable> bodyWeights = body.TrainableWeights, headWeights = head.TrainableWeights;
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                () => ((Loss)"mse").Call(inputs[1], head.Call(body.Call(inputs[0], training: true), training: true)), [.. bodyWeights, .. headWeights]);
            slow.Apply([.. gradients.Take(bodyWeights.Count)], bodyWeights);
            fast.Apply([.. gradients.Skip(bodyWeights.Count)], headWeights);
            return [loss];
        });
        double first = step.Call(X, y)[0].ToDouble(), last = 0;
        for (int i = 0; i < 200; i++)
            last = step.Call(X, y)[0].ToDouble();
        Assert.True(last < 0.1 * first, $"{first} -> {last}");
    }

    // The gradient's length by the input is pulled to 1 (WGAN-GP).
    [Fact]
    public void A_gradient_penalty()
    {
        var critic = new Sequential(new Input([4]), new Dense(16, "tanh"), new Dense(1));
        Optimizer optimizer = new Adam(0.01);
        Func<Tensor, Tensor> lengths = x => Gradient.Of(inner => critic.Call(inner).Sum())(x).Norm(-1);
        CompiledFunction step = Function.Compile(inputs =>
        {
            (Tensor penalty, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => (lengths(inputs[0]) - 1).Square().Mean(), critic.TrainableWeights, Unconnected.Zeros);
            optimizer.Apply(gradients, critic.TrainableWeights);
            return [penalty];
        });
        for (int i = 0; i < 300; i++)
            step.Call(X);
        Assert.InRange(lengths(X).Mean().ToDouble(), 0.9, 1.1);
    }

    [Fact]
    public void Freezing_and_a_new_head()
    {
        var trained = new Sequential(new Input([4]), new Dense(16, "tanh"), new Dense(1));
        trained.Compile(new Adam(0.02), "mse");
        trained.Fit(X, X.Sum(1, keepDims: true), epochs: 50);
        var features = new Model(trained.Inputs, trained.GetLayer("dense").Output) { Trainable = false };
        float[] before = features.Weights[0].Value.ToArray<float>();
        var input = new Input([4]);
        var model = new Model(input, new Dense(1, "sigmoid").Call(features.Call(input)));
        model.Compile(new Adam(0.05), "bce", ["accuracy"]);
        History history = model.Fit(X, X.Sum(1, keepDims: true).Greater(0).Cast(DType.Float32), epochs: 60);
        Assert.Equal(before, features.Weights[0].Value.ToArray<float>());
        Assert.True(history["accuracy"][^1] > 0.9);
    }

    // Which of two words comes more often.
    [Fact]
    public void Sequences_of_any_length_with_masks()
    {
        Random random = new(3);
        int[][] texts = [.. Enumerable.Range(0, 300).Select(_ => random.GetItems([1, 2, 3], random.Next(3, 20)))];
        Tensor labels = Tensor.From([.. texts.Select(text => text.Count(word => word == 1) > text.Count(word => word == 2) ? 1f : 0)], [300, 1]);
        var words = new Input([null], DType.Int32);
        SymbolicTensor mean = new GlobalAveragePooling1D().Call(new Embedding(4, 4, maskZero: true).Call(words));
        var model = new Model(words, new Dense(1, "sigmoid").Call(mean));
        model.Compile(new Adam(0.05), "binary_crossentropy", ["accuracy"]);
        History history = model.Fit(Dataset.FromRagged(texts, labels).Shuffle(1).PaddedBatch(32, buckets: [8, 16, 32]), epochs: 30);
        Assert.True(history["accuracy"][^1] > 0.9, $"{history["accuracy"][^1]}");
    }

    // What is killed here is the first of two halves; the kill test does it to a process.
    [Fact]
    public void A_loop_of_ones_own_is_resumed()
    {
        float[] Run(int upTo)
        {
            var model = new Sequential(5, new Input([4]), new Dense(8, "relu"), new Dropout(0.5), new Dense(1));
            var optimizer = new Adam(0.01);
            var random = new RandomStream(seed: 7);
            var position = new DataPosition();
            var checkpoint = new Checkpoint { ["model"] = model, ["optimizer"] = optimizer, ["random"] = random, ["position"] = position };
            checkpoint.TryRestore(scratch.Path("loop.checkpoint"));
            int step = 0;
            foreach (Batch batch in position.Batches(Dataset.FromTensors(X, X.Sum(1, keepDims: true)).Shuffle(1).Batch(16), epochs: 4))
            {
                (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                    () => ((Loss)"mse").Call(batch.Y!, model.Call(batch.X, new CallContext(training: true, random.Next()))), model.TrainableWeights);
                optimizer.Apply(gradients, model.TrainableWeights);
                checkpoint.Save(scratch.Path("loop.checkpoint"));
                if (++step == upTo)
                    break;
            }

            return model.Weights[0].Value.ToArray<float>();
        }

        Run(upTo: 5);
        float[] resumed = Run(upTo: 100);
        File.Delete(scratch.Path("loop.checkpoint"));
        Assert.Equal(Run(upTo: 100), resumed);
    }

    [Fact]
    public void A_learning_rate_schedule_by_callback()
    {
        var model = new Sequential(new Input([4]), new Dense(1));
        model.Compile(new SGD(0.1), "mse");
        List<double> rates = [];
        var schedule = new LambdaCallback(
            onEpochBegin: (trained, epoch) => trained.Optimizer!.LearningRate = 0.1 * Math.Pow(0.5, epoch),
            onEpochEnd: (trained, _, _) => rates.Add(trained.Optimizer!.LearningRate));
        model.Fit(X, X.Sum(1, keepDims: true), epochs: 3, callbacks: [schedule]);
        Assert.Equal([0.1, 0.05, 0.025], rates.Select(rate => Math.Round(rate, 9)));
    }

    [Fact]
    public async Task Threads_predict()
    {
        var model = new Sequential(3, new Input([4]), new Dense(16, "relu"), new Dense(2, "softmax"));
        float[][] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => model.Predict(X).ToArray<float>())));
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    private sealed class Distance : Layer
    {
        protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context) => (inputs[0] - inputs[1]).Square().Sum(-1, keepDims: true);
    }

    private sealed class Scale(double start = 1) : Layer
    {
        private Variable? factor;

        public double Start { get; } = start;

        protected override void Build(Shape input) => factor = AddWeight("factor", [input[^1]], new Laminet.Initializers.Constant(Start));

        protected override Tensor Forward(Tensor input, CallContext context) => input * factor!.Value;
    }

    private sealed class QuantileLoss(double quantile) : Loss(LossReduction.SumOverBatchSize, "quantile_loss")
    {
        protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
        {
            Tensor error = yTrue - yPred;
            return MeanOfLastAxis((quantile * error).Maximum((quantile - 1) * error));
        }
    }
}
