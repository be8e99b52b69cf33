using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Regularizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>A layer that a model and a model inside it share has its weights once: d(x) + inner(d)(x).</summary>
public sealed class SharedLayerTests : IDisposable
{
    private static readonly Tensor X = Tensor.From(1f, 2).Reshape([2, 1]), Y = Tensor.From(7f, -3).Reshape([2, 1]);

    private readonly Scratch scratch = new();

    public static TheoryData<string, string> Steps
    {
        get
        {
            TheoryData<string, string> steps = [];
            foreach (string optimizer in (string[])["momentum", "adam", "rmsprop"])
            {
                foreach (string way in (string[])["compiled", "eager", "in parts"])
                    steps.Add(optimizer, way);
            }

            return steps;
        }
    }

    public void Dispose() => scratch.Dispose();

    // Golden: three steps of the update rules written out, on the loss of y = 2 w x; torch gives the same.
    [Theory]
    [MemberData(nameof(Steps))]
    public void The_weight_takes_one_step_a_step(string optimizer, string way)
    {
        Dense dense = Identity();
        Model model = Around(dense);
        model.RunEagerly = way == "eager";
        (Optimizer rule, double expected) = optimizer switch
        {
            "momentum" => ((Optimizer)new SGD(0.01, momentum: 0.9), 0.1558),
            "adam" => (new Adam(0.01), 0.97001),
            _ => (new RMSprop(0.01), 0.92715),
        };
        model.Compile(rule, "mse");
        long? budget = way == "in parts" ? model.Plan(1).TrainingBytes + model.Plan(1).WeightBytes : null;
        Assert.True(budget is null || budget < model.Plan(2).TrainingBytes);
        model.Fit(X, Y, batchSize: 2, epochs: 3, shuffle: false, memoryBudget: budget);
        Assert.Equal(expected, Number(dense), 1e-5);
    }

    [Fact]
    public void It_is_counted_once()
    {
        Dense dense = new(1);
        Model model = Around(dense);
        model.Compile("adam", "mse");
        Assert.Equal(dense.Weights, model.Weights);
        Assert.Equal(dense.Weights, model.TrainableWeights);
        Assert.Empty(model.NonTrainableWeights);
        Assert.Equal(2, model.ParameterCount);
        Assert.Equal(2, model.SummaryRows().Sum(row => row.Parameters));
        Assert.Contains("Total params: 2\nTrainable params: 2\nNon-trainable params: 0\n", model.SummaryText(), StringComparison.Ordinal);
        ModelMemory plan = model.Plan(2);
        Assert.Equal((8, 16), (plan.WeightBytes, plan.OptimizerBytes));
        Assert.Equal((8, 16), (plan.Layers.Sum(layer => layer.WeightBytes), plan.Layers.Sum(layer => layer.OptimizerBytes)));
    }

    [Fact]
    public void It_is_penalized_once_and_not_at_all_in_what_is_frozen()
    {
        Dense dense = new(1, useBias: false, kernelInitializer: new Constant(2), kernelRegularizer: new L2(1));
        Model model = Around(dense);
        model.Compile(new SGD(), "mse");
        Assert.Equal(4, model.Evaluate(X, X * 4)["loss"], 1e-6);
        // What training does not change adds nothing: the model is frozen, although the layer is not.
        model.Trainable = false;
        dense.Trainable = true;
        Assert.Empty(model.TrainableWeights);
        Assert.Equal(0, model.Evaluate(X, X * 4)["loss"], 1e-6);
    }

    [Fact]
    public void It_decays_once()
    {
        Dense dense = Identity();
        Model model = Around(dense);
        model.Compile(new SGD(0.5) { WeightDecay = 0.1 }, "mse");
        model.TrainOnBatch(X, X * 2);
        Assert.Equal(0.95, Number(dense), 1e-6);
    }

    [Fact]
    public void Freezing_the_inner_model_freezes_it_and_setting_it_free_trains_it()
    {
        Dense dense = Identity();
        Model model = Around(dense, out Model inner);
        model.Compile(new SGD(0.01), "mse");
        inner.Trainable = false;
        model.TrainOnBatch(X, Y);
        Assert.Equal(1, Number(dense));
        Assert.Equal(dense.Weights, model.NonTrainableWeights);
        dense.Trainable = true;
        model.TrainOnBatch(X, Y);
        // The gradient by w is 2 (x (2 w x - y)) 2, averaged: 18.
        Assert.Equal(0.82, Number(dense), 1e-6);
        Assert.Equal(dense.Weights, model.TrainableWeights);
    }

    [Fact]
    public void Its_weight_is_stored_once_and_comes_back_and_so_does_a_checkpoint()
    {
        Model model = Around(Identity()), second = Around(Identity());
        model.Compile("adam", "mse");
        second.Compile("adam", "mse");
        model.TrainOnBatch(X, Y);
        string weights = scratch.Path("weights.safetensors"), checkpoint = scratch.Path("checkpoint.laminet");
        model.SaveWeights(weights);
        Assert.Equal("dense/kernel", Assert.Single(SafeTensors.Read(weights).Tensors).Key);
        Assert.True(second.LoadWeights(weights).IsComplete);
        Assert.Equal(Number(model), Number(second));
        TrainingFile.Write(checkpoint, model, description: null, callbacks: [], fit: null);
        Assert.Equal(
            ["dense/kernel", "optimizer:dense/kernel/momentum", "optimizer:dense/kernel/velocity", "optimizer:iterations", "optimizer:learning_rate"],
            second.ResumeFrom(checkpoint).Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        model.TrainOnBatch(X, Y);
        second.TrainOnBatch(X, Y);
        Assert.Equal(Number(model), Number(second));
    }

    // Made of two layers by those names, which one layer cannot both be.
    [Fact]
    public void A_file_with_two_weights_for_it_is_told()
    {
        string file = scratch.Path("two.safetensors");
        SafeTensors.Write(file, new Dictionary<string, Tensor> { ["dense/kernel"] = Tensor.Ones([1, 1]), ["inner/dense/kernel"] = Tensor.Zeros([1, 1]) });
        Assert.Contains("inner/dense/kernel", Assert.Throws<InvalidDataException>(() => Around(Identity()).LoadWeights(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_of_it_that_looks_across_the_batch_is_warned_of_once()
    {
        Model model = Around(new BatchNormalization());
        model.Compile("adam", "mse");
        List<string> warnings = [];
        model.Warned += warnings.Add;
        model.Fit(X, Y, batchSize: 2, memoryBudget: 1L << 30);
        Assert.Contains("'batch_normalization'", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal((4, 2, 2), (model.Weights.Count, model.TrainableWeights.Count, model.NonTrainableWeights.Count));
    }

    [Fact]
    public void A_layer_tracked_twice_is_one_part()
    {
        Twice layer = new();
        Model model = new Sequential(new Input([1]), layer);
        Assert.Single(layer.Sublayers);
        Assert.Equal(2, model.ParameterCount);
        model.SaveWeights(scratch.Path("weights.safetensors"));
    }

    private static Dense Identity() => new(1, useBias: false, kernelInitializer: new Ones());

    private static Model Around(Layer layer) => Around(layer, out _);

    private static Model Around(Layer layer, out Model inner)
    {
        Input input = new([1]), innerInput = new([1]);
        inner = new Model(innerInput, layer.Call(innerInput)) { Name = "inner" };
        return new Model(input, new Add().Call([layer.Call(input), inner.Call(input)]));
    }

    private static float Number(Layer layer) => layer.Weights[0].Value.ToArray<float>()[0];

    private sealed class Twice : Layer
    {
        private readonly Dense first, second;

        public Twice()
        {
            first = Track(new Dense(1) { Name = "part" });
            second = Track(first);
        }

        protected override Tensor Forward(Tensor input, CallContext context) => first.Call(input, context) + second.Call(input, context);
    }
}
