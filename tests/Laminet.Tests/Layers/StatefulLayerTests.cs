using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>A layer's state is a weight that is not trained and that its Forward assigns: kept from batch to batch, saved, and set back by its owner.</summary>
public sealed class StatefulLayerTests : IDisposable
{
    private static readonly Tensor X = Tensor.Ones([4, 2]);
    private readonly Scratch scratch = new();

    public StatefulLayerTests() => Layer.Registry.Register<RunningSum>();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void State_goes_from_batch_to_batch_and_is_saved(bool eagerly)
    {
        RunningSum sums = new();
        Sequential model = new(1, new Input([2]), sums) { RunEagerly = eagerly };
        Assert.Equal([1f, 1], model.PredictOnBatch(X)[0].ToArray<float>());
        Assert.Equal([2f, 2], model.PredictOnBatch(X)[0].ToArray<float>());
        Assert.Equal([3f, 3], model.Call(X)[0].ToArray<float>());
        Assert.Empty(model.TrainableWeights);

        string path = scratch.Path("state.laminet");
        model.Save(path);
        Assert.Equal([4f, 4], Model.Load(path).PredictOnBatch(X)[0].ToArray<float>());
        sums.ResetState();
        Assert.Equal([1f, 1], model.PredictOnBatch(X)[0].ToArray<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_keeps_state_too_and_a_checkpoint_puts_it_back(bool eagerly)
    {
        RunningSum sums = new();
        Sequential model = new(1, new Input([2]), sums, new Dense(1)) { RunEagerly = eagerly };
        model.Compile(new SGD(0.01), "mse");
        model.Fit(X, Tensor.Ones([4, 1]), batchSize: 2, epochs: 3);
        Assert.Equal([6f, 6], sums.Sum);
        Checkpoint checkpoint = new() { ["model"] = model, ["optimizer"] = model.Optimizer! };
        string path = scratch.Path("loop.checkpoint");
        checkpoint.Save(path);
        model.TrainOnBatch(X, Tensor.Ones([4, 1]));
        Assert.Equal([7f, 7], sums.Sum);
        checkpoint.Restore(path);
        Assert.Equal([6f, 6], sums.Sum);
    }

    /// <summary>Adds up the first example of every batch.</summary>
    private sealed class RunningSum : Layer
    {
        private Variable? sum;

        public float[] Sum => sum!.Value.ToArray<float>();

        public void ResetState() => sum!.Assign(Tensor.Zeros(sum.Shape));

        protected override void Build(Shape input) => sum = AddWeight("sum", [input[^1]], new Zeros(), trainable: false);

        protected override Tensor Forward(Tensor input, CallContext context)
        {
            sum!.Assign(sum.Value + input.At(0));
            return input * 0 + sum.Value;
        }
    }
}
