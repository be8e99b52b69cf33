using Laminet.Data;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Tests.Saving;

public sealed class CheckpointTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Path => scratch.Path("loop.checkpoint");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loop_that_goes_on_ends_in_the_same_bits_whatever_the_order(bool reversed)
    {
        // Epochs of four batches: it is interrupted within one, at its end and at the beginning of another.
        byte[] expected = new OwnLoop(reversed).Train(11).State;
        for (int done = 0; done <= 11; done++)
        {
            new OwnLoop(reversed).Train(done).Checkpoint.Save(Path);
            OwnLoop resumed = new(reversed);
            Assert.True(resumed.Checkpoint.TryRestore(Path));
            Assert.Equal(expected, resumed.Train(11 - done).State);
        }
    }

    [Fact]
    public void What_one_order_saved_another_puts_back()
    {
        OwnLoop saved = new OwnLoop().Train(6), other = new(reversed: true);
        saved.Checkpoint.Save(Path);
        LoadReport report = other.Checkpoint.Restore(Path);
        Assert.True(report.IsComplete);
        Assert.Equal(saved.State, other.State);
        // Also where the optimizers have met the weights before, in reverse.
        OwnLoop trained = new OwnLoop(reversed: true).Train(3);
        trained.Checkpoint.Restore(Path);
        Assert.Equal(saved.State, trained.State);
        byte[] first = File.ReadAllBytes(Path);
        other.Checkpoint.Save(Path);
        Assert.Equal(first, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Names_say_what_each_tensor_is()
    {
        Dense dense = new(2);
        dense.Call(Tensor.Zeros([1, 3]));
        Adam adam = new();
        adam.Build(dense.Weights);
        new Checkpoint { ["layer"] = dense, ["opt"] = adam, ["at"] = new DataPosition(), ["random"] = new RandomStream(7), ["one"] = new Variable(Tensor.Scalar(1f), "x") }.Save(Path);
        LoadReport report = new Checkpoint { ["layer"] = dense, ["opt"] = adam, ["at"] = new DataPosition(), ["random"] = new RandomStream(7), ["one"] = new Variable(Tensor.Scalar(2f), "y") }.Restore(Path);
        Assert.Equal(
            ["at/batch", "at/batch_size", "at/elements", "at/epoch", "at/examples", "layer/bias", "layer/kernel", "one/value", "opt/iterations", "opt/layer/bias/momentum",
                "opt/layer/bias/velocity", "opt/layer/kernel/momentum", "opt/layer/kernel/velocity", "opt/learning_rate", "random/count"],
            report.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Assert.Empty(report.Notes);
    }

    [Fact]
    public void Without_a_file_the_loop_begins()
    {
        OwnLoop loop = new();
        byte[] before = loop.State;
        Assert.False(loop.Checkpoint.TryRestore(Path, out LoadReport? report));
        Assert.Null(report);
        Assert.Equal(before, loop.State);
        if (OperatingSystem.IsWindows())
            return;
        // Nor is there one where a link points at a file that is still to be written.
        string link = scratch.Path("link");
        File.CreateSymbolicLink(link, Path);
        Assert.False(loop.Checkpoint.TryRestore(link));
        loop.Checkpoint.Save(link);
        Assert.True(loop.Checkpoint.TryRestore(link));
    }

    [Fact]
    public void Back_to_a_moment_before_the_first_step()
    {
        OwnLoop loop = new();
        loop.Checkpoint.Save(Path);
        byte[] first = loop.Train(5).State;
        loop.Checkpoint.Restore(Path);
        // The slots, which the file does not have, are at their start again.
        Assert.Equal(first, loop.Train(5).State);
    }

    [Fact]
    public void The_learning_rate_of_the_file_holds_and_is_told()
    {
        new OwnLoop(first: new Adam(0.5)).Train(1).Checkpoint.Save(Path);
        OwnLoop other = new(first: new Adam(0.25));
        LoadReport report = other.Checkpoint.Restore(Path);
        Assert.Equal("The learning rate of 'first_opt' is 0.45 in the file and was 0.25 here; the file's holds. Set its LearningRate now for another.", Assert.Single(report.Notes));
        Assert.Equal(0.45, other.OfFirst.LearningRate);
    }

    [Fact]
    public void What_is_frozen_may_change()
    {
        OwnLoop loop = new OwnLoop().Train(4), frozen = new();
        loop.Checkpoint.Save(Path);
        frozen.Second.Trainable = false;
        frozen.Checkpoint.Restore(Path);
        frozen.Second.Trainable = true;
        Assert.Equal(loop.Train(3).State, frozen.Train(3).State);
    }

    [Fact]
    public void A_variable_that_two_items_share_is_stored_once()
    {
        Dense shared = new(2) { Name = "shared" };
        Sequential whole = new(new Input([3]), shared, new Dense(1));
        Checkpoint checkpoint = new() { ["whole"] = whole, ["part"] = shared };
        checkpoint.Save(Path);
        Assert.Equal(
            ["part/bias", "part/kernel", "whole/dense/bias", "whole/dense/kernel"],
            checkpoint.Restore(Path).Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_class_of_your_own_takes_part()
    {
        Average average = new(), other = new();
        average.Number.Assign(Tensor.Scalar(42f));
        new Checkpoint { ["average"] = average }.Save(Path);
        new Checkpoint { ["average"] = other }.Restore(Path);
        Assert.Equal(42f, other.Number.Item<float>());
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file()
    {
        OwnLoop loop = new OwnLoop().Train(2);
        loop.Checkpoint.Save(Path);
        byte[] file = File.ReadAllBytes(Path);
        Checkpoint broken = loop.Checkpoint;
        broken["layer"] = new Dense(2);
        Assert.Throws<InvalidOperationException>(() => broken.Save(Path));
        Assert.Equal(file, File.ReadAllBytes(Path));
        Assert.Throws<IOException>(() => loop.Checkpoint.Save(scratch.Root));
        Assert.Equal(["loop.checkpoint"], scratch.Files);
    }

    [Fact]
    public async Task Saved_beside_a_training_it_is_of_one_moment()
    {
        // Both are set in one step: a checkpoint that saw half of it would hold different numbers.
        Variable one = new(Tensor.Zeros([1000], DType.Float32), "one"), two = new(Tensor.Zeros([1000], DType.Float32), "two");
        CompiledFunction step = Function.Compile(_ =>
        {
            one.Assign(one.Value + 1f);
            two.Assign(two.Value + 1f);
            return [];
        });
        Checkpoint checkpoint = new() { ["one"] = one, ["two"] = two };
        using CancellationTokenSource done = new();
        int steps = 0;
        Task training = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                step.Call();
                Interlocked.Increment(ref steps);
            }
        });
        Variable first = new(Tensor.Zeros([1000], DType.Float32), "one"), second = new(Tensor.Zeros([1000], DType.Float32), "two");
        float last = 0;
        for (int i = 0; i < 20; i++)
        {
            // Each file is of a later moment: the training goes on beside.
            SpinWait.SpinUntil(() => Volatile.Read(ref steps) > last || training.IsCompleted);
            int before = Volatile.Read(ref steps);
            checkpoint.Save(Path);
            new Checkpoint { ["one"] = first, ["two"] = second }.Restore(Path);
            float[] saved = first.Value.ToArray<float>();
            Assert.Equal(saved, second.Value.ToArray<float>());
            Assert.All(saved, value => Assert.Equal(saved[0], value));
            Assert.InRange(saved[0], Math.Max(before, last + 1), float.MaxValue);
            last = saved[0];
        }

        await done.CancelAsync();
        await training;
    }

    [Fact]
    public void A_model_without_graph_is_saved_and_put_back_once_it_is_built()
    {
        Own saved = new(), other = new();
        Assert.Contains("'m' has not seen its input's shape yet", Assert.Throws<InvalidOperationException>(() => new Checkpoint { ["m"] = saved }.Save(Path)).Message, StringComparison.Ordinal);
        Tensor x = Tensor.Ones([2, 3]), expected = saved.Call(x);
        other.Call(x);
        foreach (Tensor value in other.Weights.Select(weight => weight.Value.ZerosLike()))
            other.Weights.First(weight => weight.Shape == value.Shape).Assign(value);
        new Checkpoint { ["m"] = saved }.Save(Path);
        LoadReport report = new Checkpoint { ["m"] = other }.Restore(Path);
        Assert.Equal(["m/inside/bias", "m/inside/kernel"], report.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Assert.NotEqual(0, expected.Square().Sum().ToDouble());
        Assert.Equal(expected.ToArray<float>(), other.Call(x).ToArray<float>());
    }

    private sealed class Own : Model
    {
        private readonly Dense inside;

        public Own() => inside = Track(new Dense(2) { Name = "inside" });

        protected override Tensor Forward(Tensor x, CallContext context) => inside.Call(x, context);
    }

    private sealed class Average : IHasState
    {
        public Variable Number { get; } = new(Tensor.Scalar(0f), "number", trainable: false);

        public IEnumerable<(string Name, Variable Variable)> State => [("number", Number)];
    }
}
