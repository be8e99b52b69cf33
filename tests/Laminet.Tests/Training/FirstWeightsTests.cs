using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Tests.Training;

/// <summary>A model's weights are there when the model is: each is drawn when it is first read, to what a first call would draw.</summary>
public class FirstWeightsTests
{
    [Fact]
    public void A_weight_of_a_built_model_can_be_read_before_any_call()
    {
        Sequential read = Net(3), called = Net(3);
        called.PredictOnBatch(Tensor.Zeros([1, 4]));
        Assert.All(read.Weights, weight => Assert.True(weight.IsShapeOnly));
        Assert.Equal(Numbers(called), Numbers(read));
        Assert.NotEqual(Numbers(read), Numbers(Net(4)));
        // One alone, in another order, then all by a call.
        Sequential partly = Net(3);
        Assert.Equal(Numbers(called)[^1], partly.Weights[^1].Value.ToArray<float>());
        Assert.Equal(Numbers(called)[0][1], partly.Weights[0].Value.ToArray<float>()[1]);
        partly.PredictOnBatch(Tensor.Zeros([1, 4]));
        Assert.Equal(Numbers(called), Numbers(partly));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loop_of_ones_own_trains_a_fresh_model_from_its_first_step(bool compiled)
    {
        Sequential own = Net(3), fitted = Net(3);
        Tensor x = new RandomKey(1).Normal([8, 4]), y = new RandomKey(2).Normal([8, 1]);
        MeanSquaredError loss = new();
        SGD optimizer = new(0.1);
        IReadOnlyList<Tensor> Step(IReadOnlyList<Tensor> batch)
        {
            CallContext context = new(training: true, new RandomKey(0));
            (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => loss.Call(batch[1], own.Call(batch[0], context)), own.TrainableWeights);
            optimizer.Apply(gradients, own.TrainableWeights);
            return [value];
        }

        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> step = compiled ? inputs => Function.Compile(Step).Call([.. inputs]) : Step;
        step([x, y]);
        fitted.Compile(new SGD(0.1), "mse");
        fitted.TrainOnBatch(x, y);
        Assert.Equal(Numbers(fitted), Numbers(own));
    }

    [Fact]
    public void A_layer_of_a_model_that_is_called_by_itself_draws_what_the_model_would()
    {
        Sequential model = Net(3), called = Net(3);
        called.PredictOnBatch(Tensor.Zeros([1, 4]));
        model.Layers[1].Call(Tensor.Zeros([1, 4]));
        Assert.Equal(Numbers(called), Numbers(model));
    }

    [Fact]
    public void Weights_are_drawn_where_they_are_first_read_in_a_loop_or_in_a_gradient()
    {
        Sequential called = Net(3);
        called.PredictOnBatch(Tensor.Zeros([1, 4]));
        Sequential looped = Net(3);
        Flow.Scan((carry, _) => (carry + looped.Weights[0].Value.Sum(), carry), Tensor.Scalar(0f), [], length: 2);
        Assert.Equal(Numbers(called), Numbers(looped));
        Sequential differentiated = Net(3);
        Gradient.ValueAndGradients(() => differentiated.Weights[0].Value.Square().Sum(), [differentiated.Weights[0]]);
        using (new StateScope())
            _ = differentiated.Weights[1].Value;
        Assert.Equal(Numbers(called), Numbers(differentiated));
    }

    [Fact]
    public void What_nobody_reads_is_not_drawn()
    {
        Counting counting = new();
        Sequential model = new(new Input([4]), new Dense(3, kernelInitializer: counting), new Dense(2));
        model.Summary();
        model.Plan(8);
        _ = model.ParameterCount;
        Assert.Equal(0, counting.Calls);
        _ = model.Weights[0].Value;
        _ = model.Weights[0].Value;
        model.PredictOnBatch(Tensor.Zeros([1, 4]));
        Assert.Equal(1, counting.Calls);
    }

    [Fact]
    public void A_value_that_is_assigned_first_stays()
    {
        Sequential model = Net(3);
        model.Weights[0].Assign(Tensor.Ones([4, 5]));
        model.PredictOnBatch(Tensor.Zeros([1, 4]));
        Assert.All(Numbers(model)[0], number => Assert.Equal(1f, number));
    }

    private static Sequential Net(ulong seed) => new(seed, new Input([4]), new Dense(5, "tanh", biasInitializer: "random_normal"), new Dense(1));

    private static float[][] Numbers(Model model) => [.. model.Weights.Select(weight => weight.Value.ToArray<float>())];

    private sealed class Counting : Initializer
    {
        public int Calls { get; private set; }

        public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32)
        {
            Calls++;
            return Tensor.Ones(shape, dtype);
        }
    }
}
