using Laminet.Bench.Stress;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Training;

/// <summary>What several threads may do at once. <c>bench -- stress</c> does the same for longer.</summary>
public sealed class ConcurrencyTests
{
    [Fact]
    public void Predictions_beside_trainings_that_share_a_layer_see_the_weights_of_one_step_and_no_step_is_lost()
    {
        (_, IReadOnlyList<string> faults) = StressRun.For(seconds: 3);
        Assert.Empty(faults);
    }

    [Fact]
    public void Models_that_several_threads_start_at_once_give_what_one_thread_gives() => Assert.Empty(ColdStarts.Run(models: 25));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_eager_step_sees_the_weights_of_one_moment(bool isCalled)
    {
        Twins twins = new();
        Sequential model = new(new Input([1]), twins, new Changing(twins)) { RunEagerly = true };
        Tensor x = Tensor.Ones([2, 1]);
        float[] result = (isCalled ? model.Call(x) : model.Predict(x)).ToArray<float>();
        // In the middle of it another thread took a step.
        Assert.All(result, number => Assert.Equal(0, number));
        Assert.Equal(-1, twins.First.Value.ToArray<float>()[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_frozen_between_two_steps_of_Fit_stays_and_one_set_free_trains(bool inParts)
    {
        Dense first = new(8, "relu"), second = new(2);
        Sequential model = new(new Input([4]), first, second);
        model.Compile("adam", "mse");
        (Tensor x, Tensor y) = (new RandomKey(1).Normal([48, 4]), new RandomKey(2).Normal([48, 2]));
        long? budget = inParts ? model.Plan(4).TrainingBytes + model.Plan(1).WeightBytes : null;
        Assert.True(budget is null || budget < model.Plan(8).TrainingBytes);
        List<float[]> kernels = [];
        LambdaCallback freeze = new(onTrainBatchEnd: (_, number, _) =>
        {
            kernels.Add(first.Weights[0].Value.ToArray<float>());
            first.Trainable = number is < 1 or > 2;
        });
        model.Fit(x, y, batchSize: 8, shuffle: false, callbacks: [freeze], memoryBudget: budget);
        Assert.NotEqual(kernels[0], kernels[1]);
        Assert.Equal(kernels[1], kernels[2]);
        Assert.Equal(kernels[1], kernels[3]);
        Assert.NotEqual(kernels[3], kernels[4]);
    }

    /// <summary>Adds the sum of weights, after another thread has changed them all.</summary>
    private sealed class Changing(Twins twins) : Layer
    {
        protected override Tensor Forward(Tensor input, CallContext context)
        {
            if (!input.IsShapeOnly)
            {
                Thread other = new(() => Array.ForEach<Variable>([twins.First, twins.Second], weight => weight.Assign(Tensor.Full([Twins.Length], -1))));
                other.Start();
                other.Join();
            }

            return input + twins.First.Value.Sum() + twins.Second.Value.Sum();
        }
    }
}
