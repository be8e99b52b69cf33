using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;

namespace Laminet.Tests.Training;

public sealed class OptimizerOwnersTests
{
    private static readonly Tensor X = Tensor.Ones([4, 3]), Y = Tensor.Ones([4, 1]);

    [Fact]
    public void One_optimizer_in_two_models_is_refused_and_changes_nothing()
    {
        Adam adam = new();
        Sequential first = Model(), second = Model();
        first.Compile(adam, "mse");
        second.Compile("sgd", "mae");
        (Optimizer? optimizer, Loss? loss) = (second.Optimizer, second.Loss);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => second.Compile(adam, "mse"));
        Assert.StartsWith("Compile: received an optimizer (Adam) that another model was compiled with, whose weights are not this one's.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Give each model its own optimizer, as in new Adam(...).", exception.Message, StringComparison.Ordinal);
        Assert.Equal((optimizer, loss), (second.Optimizer, second.Loss));
        // Also before the models have weights.
        Assert.Throws<ArgumentException>(() => new Sequential(new Dense(1)).Compile(adam, "mse"));
        GC.KeepAlive(first);
    }

    [Fact]
    public void A_model_may_be_compiled_anew()
    {
        Adam adam = new();
        Sequential model = Model();
        model.Compile(adam, "mse");
        model.TrainOnBatch(X, Y);
        model.Compile(adam, "mae");
        model.TrainOnBatch(X, Y);
        Assert.Equal(2, adam.Iterations);
    }

    [Fact]
    public void A_model_that_has_another_one_leaves_it_free()
    {
        Adam adam = new();
        Sequential first = Model(), second = Model();
        first.Compile(adam, "mse");
        first.Compile("sgd", "mse");
        second.Compile(adam, "mse");
        Assert.Throws<ArgumentException>(() => first.Compile(adam, "mse"));
    }

    [Fact]
    public void Two_models_of_the_same_layers_may_share_it()
    {
        Adam adam = new();
        Input input = new([3]);
        SymbolicTensor output = new Dense(1).Call(input.Output);
        new Model(input, output).Compile(adam, "mse");
        Model again = new(input, output);
        again.Compile(adam, "mse");
        again.TrainOnBatch(X, Y);
        Assert.Equal(1, adam.Iterations);
    }

    [Fact]
    public void A_loop_of_its_own_may_train_two_networks_by_one()
    {
        SGD sgd = new(0.1);
        Sequential first = Model(), second = Model();
        first.Initialize(new RandomKey(1));
        second.Initialize(new RandomKey(2));
        foreach (Sequential model in (Sequential[])[first, second])
            sgd.Apply(Gradient.ValueAndGradients(() => model.Call(X).Square().Sum(), model.TrainableWeights).Gradients, model.TrainableWeights);
        Assert.Equal(2, sgd.Iterations);
    }

    [Fact]
    public void Two_models_without_graph_of_the_same_layers_may_share_it()
    {
        Adam adam = new();
        Dense shared = new(1);
        Own first = new(shared), second = new(shared), other = new(new Dense(1));
        foreach (Own model in (Own[])[first, second, other])
            model.Call(X);
        first.Compile(adam, "mse");
        Assert.Throws<ArgumentException>(() => other.Compile(adam, "mse"));
        second.Compile(adam, "mse");
        second.TrainOnBatch(X, Y);
        Assert.Equal(1, adam.Iterations);
        GC.KeepAlive(first);
    }

    private sealed class Own : Model
    {
        private readonly Dense inside;

        public Own(Dense inside) => this.inside = Track(inside);

        protected override Tensor Forward(Tensor x, CallContext context) => inside.Call(x, context);
    }

    private static Sequential Model() => new(new Input([3]), new Dense(1));
}
