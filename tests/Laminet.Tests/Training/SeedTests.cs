using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Training;

/// <summary>
/// What is given no seed draws one: two are never alike, the model says which it is, and a training that is resumed goes on with that of its file.
/// Alone, since other tests count on the seed 0.
/// </summary>
[Collection(nameof(SeedTests))]
[CollectionDefinition(nameof(SeedTests), DisableParallelization = true)]
public sealed class SeedTests : IDisposable
{
    private static readonly Tensor X = new RandomKey(1).Normal([48, 4]), Y = new RandomKey(2).Normal([48, 1]);
    private readonly Scratch scratch = new();

    public SeedTests() => RandomSeed.Fixed = null;

    public void Dispose()
    {
        RandomSeed.Fixed = 0;
        scratch.Dispose();
    }

    private static Sequential Network()
    {
        Sequential inner = new(new Input([4]), new Dense(8, "tanh"), new Dropout(0.5)), model = new(new Input([4]), inner, new Dense(1));
        model.Compile(new SGD(0.1), "mse");
        return model;
    }

    [Fact]
    public void A_part_of_a_model_that_runs_first_has_the_models_weights()
    {
        Sequential Made() => new(7, new Input([4]), new Dense(8, "tanh"), new Dense(1));
        Sequential whole = Made(), cut = Made();
        float[] expected = whole.Predict(X).ToArray<float>();
        new Model(cut.Inputs, cut.Layers[^2].Output).Predict(X);
        Assert.Equal(expected, cut.Predict(X).ToArray<float>());
        // A model around that names a seed draws all that is not drawn yet.
        Sequential Around() => new(9, new Input([4]), new Sequential(new Input([4]), new Dense(3)), new Dense(1));
        Assert.Equal(Around().Predict(X).ToArray<float>(), Around().Predict(X).ToArray<float>());
    }

    private static float[] Numbers(Layer layer) => [.. layer.Weights.SelectMany(weight => weight.Value.ToArray<float>())];

    [Fact]
    public void Seeds_are_all_different()
    {
        ulong[] seeds = [.. Enumerable.Range(0, 100_000).Select(_ => RandomSeed.New())];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.InRange(seed, 0UL, uint.MaxValue));
    }

    [Fact]
    public void Set_makes_them_repeatable()
    {
        RandomSeed.Set(7);
        (ulong Seed, float[] Numbers)[] first = [Drawn(), Drawn()];
        RandomSeed.Set(7);
        (ulong Seed, float[] Numbers)[] second = [Drawn(), Drawn()];
        Assert.Equal(first.Select(model => model.Seed), second.Select(model => model.Seed));
        Assert.Equal(first.SelectMany(model => model.Numbers), second.SelectMany(model => model.Numbers));
        RandomSeed.Set(8);
        Assert.NotEqual(first[0].Seed, Drawn().Item1);

        static (ulong, float[]) Drawn()
        {
            Model model = Network();
            return (model.Seed, Numbers(model));
        }
    }

    [Fact]
    public void Two_models_or_layers_begin_differently()
    {
        Assert.NotEqual(Numbers(Network()), Numbers(Network()));
        Dense one = new(3), other = new(3);
        Assert.NotEqual(one.Call(X).ToArray<float>(), other.Call(X).ToArray<float>());
        Dropout dropout = new(0.5);
        Assert.NotEqual(dropout.Call(X, training: true).ToArray<float>(), dropout.Call(X, training: true).ToArray<float>());
        Assert.Equal(Numbers(new Sequential(3, new Input([4]), new Dense(2))), Numbers(new Sequential(3, new Input([4]), new Dense(2))));
    }

    // Dropout and moving statistics are fresh in each call, without Fit, compiled or not.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_called_by_itself_in_training_draws_on(bool isCompiled)
    {
        Sequential model = new(3, new Input([4]), new Dense(8), new BatchNormalization(), new Dropout(0.5)), twin = new(3, new Input([4]), new Dense(8), new BatchNormalization(), new Dropout(0.5));
        (float[][] first, float[][] second) = (Calls(model, isCompiled), Calls(twin, !isCompiled));
        Assert.Equal(first, second);
        Assert.Equal(3, first.Select(numbers => string.Join(' ', numbers)).Distinct().Count());
        Assert.Equal(3, model.Random.State[0].Value.Item<long>());
        Assert.NotEqual(0, model.Weights[^2].Value.ToArray<float>()[0]);

        // In a new process the stream goes on where it was.
        string path = scratch.Path("stream.checkpoint");
        new Checkpoint { ["model"] = model, ["random"] = model.Random }.Save(path);
        Sequential resumed = new(3, new Input([4]), new Dense(8), new BatchNormalization(), new Dropout(0.5));
        new Checkpoint { ["model"] = resumed, ["random"] = resumed.Random }.Restore(path);
        Assert.Equal(model.Call(X, training: true).ToArray<float>(), resumed.Call(X, training: true).ToArray<float>());

        static float[][] Calls(Model model, bool isCompiled)
        {
            Func<Tensor, Tensor> call = x => model.Call(x, training: true);
            if (isCompiled)
            {
                CompiledFunction function = Function.Compile(inputs => [model.Call(inputs[0], training: true)]);
                call = x => function.Call(x)[0];
            }

            return [.. Enumerable.Range(0, 3).Select(_ => call(X).ToArray<float>())];
        }
    }

    [Fact]
    public void The_seed_is_told_and_repeats_the_run()
    {
        Model model = Network();
        Assert.EndsWith($"Seed: {model.Seed} (drawn)\n", model.SummaryText(), StringComparison.Ordinal);
        Sequential again = new(model.Seed, new Input([4]), new Dense(8, "tanh"), new Dropout(0.5), new Dense(1)), twin = new(model.Seed, new Input([4]), new Dense(8, "tanh"), new Dropout(0.5), new Dense(1));
        Assert.EndsWith($"Seed: {model.Seed}\n", again.SummaryText(), StringComparison.Ordinal);
        foreach (Sequential one in (Sequential[])[again, twin])
        {
            one.Compile(new SGD(0.1), "mse");
            one.Fit(X, Y, batchSize: 8, validationSplit: 0.25);
        }

        Assert.Equal(Numbers(again), Numbers(twin));
    }

    // The program draws another seed when it is started again: split, order, dropout must be those of the run that goes on.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_resumed_training_takes_over_the_seed(bool hasTrainedBefore)
    {
        Model whole = Network(), killed = Network(), resumed = Network();
        // The same begin for both.
        float[] start = Numbers(killed);
        string path = scratch.Path("run.checkpoint");
        LambdaCallback kill = new(onTrainBatchEnd: (model, batch, _) =>
        {
            if (model.Progress.Epoch == 1 && batch == 2)
                throw new TimeoutException();
        });
        Assert.Throws<TimeoutException>(() => Fit(killed, [new BackupAndRestore(path, saveFrequency: 1), kill]));
        if (hasTrainedBefore)
            resumed.TrainOnBatch(X, Y);
        History history = Fit(resumed, [new BackupAndRestore(path, saveFrequency: 1)]);
        Assert.Equal(killed.Seed, resumed.Seed);

        whole.TakeSeed(killed.Seed);
        int at = 0;
        foreach (Variable weight in whole.Weights)
        {
            weight.Assign(Tensor.From(start[at..(at + weight.Value.Length)], weight.Shape));
            at += weight.Value.Length;
        }

        Assert.Equal(Fit(whole, [])["loss"], history["loss"]);
        Assert.Equal(Numbers(whole), Numbers(resumed));

        static History Fit(Model model, Callback[] callbacks) => model.Fit(X, Y, batchSize: 8, epochs: 3, validationSplit: 0.25, callbacks: callbacks);
    }

    [Fact]
    public void A_model_that_is_given_its_seed_does_not_take_over_another()
    {
        Model drawn = Network();
        string path = scratch.Path("run.checkpoint");
        drawn.Fit(X, Y, callbacks: [new BackupAndRestore(path, deleteCheckpoint: false)]);
        Sequential given = new(drawn.Seed + 1, drawn.Layers[0], drawn.Layers[1], drawn.Layers[2]);
        given.Compile(new SGD(0.1), "mse");
        Assert.Contains("'seed' is", Assert.Throws<InvalidDataException>(() => given.Fit(X, Y, epochs: 2, callbacks: [new BackupAndRestore(path)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loaded_model_has_the_seed_of_its_file()
    {
        Model model = Network();
        string path = scratch.Path("model.laminet"), again = scratch.Path("again.laminet");
        model.Fit(X, Y);
        model.Save(path);
        Model loaded = Model.Load(path);
        Assert.Equal(model.Seed, loaded.Seed);
        loaded.Save(again);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(again));
        Assert.Equal(model.Fit(X, Y, epochs: 2, initialEpoch: 1)["loss"], loaded.Fit(X, Y, epochs: 2, initialEpoch: 1)["loss"]);
        Model explicitly = new Sequential(5, new Input([4]), new Dense(1));
        explicitly.Save(path);
        Assert.Contains("Seed: 5\n", Model.Load(path).SummaryText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_keeps_the_seeds_of_models()
    {
        Model model = Network(), resumed = Network();
        string path = scratch.Path("loop.checkpoint");
        model.TrainOnBatch(X, Y);
        new Checkpoint { ["model"] = model, ["optimizer"] = model.Optimizer! }.Save(path);
        resumed.TrainOnBatch(X, Y);
        new Checkpoint { ["model"] = resumed, ["optimizer"] = resumed.Optimizer! }.Restore(path);
        Assert.Equal(model.Seed, resumed.Seed);
        // Dropout goes on with the same masks.
        model.TrainOnBatch(X, Y);
        resumed.TrainOnBatch(X, Y);
        Assert.Equal(Numbers(model), Numbers(resumed));
    }
}
