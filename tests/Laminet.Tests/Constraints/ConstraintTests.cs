using System.Text.Json.Nodes;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Verification;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Constraints;

public sealed class ConstraintTests
{
    // Those around others leave it to them.
    public static TheoryData<string> Optimizers => [.. Families.ClassesOf<Optimizer>().Select(type => type.Name).Where(name => name is not ("LossScaleOptimizer" or "MultiOptimizer"))];

    [Fact]
    public void A_vector_of_zeros_stays()
    {
        foreach (string name in (string[])["max_norm", "min_max_norm", "unit_norm", "non_neg"])
            Assert.Equal([0f, 0, 0], ((Constraint)name).Call(Tensor.Zeros([3])).ToArray<float>());
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_applies_it_in_a_loop_of_ones_own_eager_and_compiled(string name)
    {
        (Tensor eager, Tensor compiled) = (Trained(name, compile: false), Trained(name, compile: true));
        Assert.Equal(eager.ToArray<float>(), compiled.ToArray<float>());
        Near.Equal([1, 1, 1], eager.Norm(0), 1e-5);
    }

    // The gradient would make the weights ever longer.
    private static Tensor Trained(string name, bool compile)
    {
        Optimizer optimizer = Optimizer.Registry.Create(name);
        optimizer.LearningRate = 0.5;
        Variable weight = new(new Lcg(3).Tensor([4, 3], 0.3, DType.Float32), "w") { Constraint = new UnitNorm().Call };
        Tensor Step(Tensor x)
        {
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => -(x.MatMul(weight.Value).Square()).Sum(), [weight]);
            optimizer.Apply(gradients, [weight]);
            return loss;
        }

        Func<Tensor, Tensor> function = compile ? Function.Compile(Step) : Step;
        Tensor x = new Lcg(4).Tensor([2, 4], 0.5, DType.Float32);
        for (int step = 0; step < 4; step++)
            _ = function(x);
        return weight.Value;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Fit_keeps_it_also_where_gradients_are_accumulated(int accumulation)
    {
        Sequential model = new(7, new Input([6], DType.Int32), new Embedding(9, 4, embeddingsConstraint: new MaxNorm(0.1, axis: 1)), new Reshape(6, 4, 1),
            new Conv2D(3, 3, kernelConstraint: new MaxNorm(0.5, axis: [0, 1, 2]), biasConstraint: "non_neg"), new BatchNormalization(betaConstraint: "non_neg", gammaConstraint: new MaxNorm(0.9)),
            new Flatten(), new Dense(2, kernelConstraint: "unit_norm", biasConstraint: "non_neg"));
        model.Compile(new SGD(0.05), "mse");
        Tensor x = (new Lcg(1).Tensor([24, 6]) * 9).Floor().Cast(DType.Int32), y = new Lcg(2).Tensor([24, 2], 2, DType.Float32);
        model.Fit(x, y, batchSize: 4, epochs: 2, gradientAccumulation: accumulation, callbacks: []);
        Dictionary<string, Tensor> weights = model.Layers.SelectMany(layer => layer.Weights.Select(weight => ($"{layer.GetType().Name}/{weight.Name}", weight.Value))).ToDictionary();
        Assert.True(weights["Embedding/embeddings"].Norm(1).Max().ToDouble() <= 0.1 + 1e-6);
        Assert.True(weights["Conv2D/kernel"].Norm([0, 1, 2]).Max().ToDouble() <= 0.5 + 1e-6);
        Assert.True(weights["BatchNormalization/gamma"].Norm().ToDouble() <= 0.9 + 1e-6);
        Near.Equal([1, 1], weights["Dense/kernel"].Norm(0), 1e-5);
        // The targets are below zero, so without the rule the bias would be.
        Assert.Equal([0f, 0], weights["Dense/bias"].ToArray<float>());
        Assert.True(weights["Conv2D/bias"].Min().ToDouble() >= 0 && weights["BatchNormalization/beta"].Min().ToDouble() >= 0);
    }

    [Fact]
    public void Settings_of_layers_survive_a_file()
    {
        BatchNormalization layer = new(
            betaInitializer: new Constant(0.25), gammaInitializer: "zeros", movingMeanInitializer: "ones", movingVarianceInitializer: new Constant(3), betaRegularizer: "l1",
            gammaRegularizer: "l2", betaConstraint: new MaxNorm(3, [0]), gammaConstraint: new MinMaxNorm(axis: Axes.All));
        string text = Layer.Registry.Serialize(layer).ToJsonString();
        BatchNormalization copy = (BatchNormalization)Layer.Registry.Deserialize(JsonNode.Parse(text));
        Assert.Equal(text, Layer.Registry.Serialize(copy).ToJsonString());
        Assert.Equal((3, Axes.All), (((MaxNorm)copy.BetaConstraint!).MaxValue, ((MinMaxNorm)copy.GammaConstraint!).Axis));
        copy.Call(Tensor.Ones([2, 2]));
        Assert.Equal([0f, 0.25f, 1, 3], copy.Weights.Select(weight => weight.Value.At(0).Item<float>()));
    }

    [Fact]
    public void Axes_of_a_file_are_one_several_or_all()
    {
        Assert.Equal((Axes)1, Read("1"));
        Assert.Equal([0, 2], Read("[0,2]"));
        Assert.Equal(Axes.All, Read("\"all\""));
        Assert.Contains("The setting 'axis' must be of type Axes; received \"last\".", Assert.Throws<FormatException>(() => Read("\"last\"")).Message, StringComparison.Ordinal);

        static Axes Read(string axis) => ((UnitNorm)Constraint.Registry.Deserialize(JsonNode.Parse("""{"class_name":"UnitNorm","config":{"axis":AXIS}}""".Replace("AXIS", axis, StringComparison.Ordinal)))).Axis;
    }

    [Fact]
    public void Wrong_settings_are_told()
    {
        Assert.Contains("Received maxValue = -1; expected zero or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new MaxNorm(-1)).Message, StringComparison.Ordinal);
        Assert.Contains("Received maxValue = 1; expected minValue or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new MinMaxNorm(2)).Message, StringComparison.Ordinal);
        Assert.Contains("Received rate = 0; expected above 0, up to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new MinMaxNorm(rate: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_changes_the_shape_is_told_and_names_the_variable()
    {
        Variable weight = new(Tensor.Ones([2, 2]), "kernel") { Constraint = x => x.Sum(0) };
        Assert.Contains("kernel", Assert.Throws<ShapeException>(() => new SGD().Apply([Tensor.Ones([2, 2])], [weight])).Message, StringComparison.Ordinal);
    }
}
