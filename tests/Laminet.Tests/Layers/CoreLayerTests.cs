using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Golden;
using Laminet.Tests.Saving;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>Core, activation and merging layers against NumPy's numbers (Golden/make_core_golden.py).</summary>
public sealed class CoreLayerTests
{
    private static readonly JsonNode Expected = GoldenFile.Json("core.json")["layers"]!;

    private static Tensor X => new Lcg(1).Tensor([2, 3, 4], 0.5);

    private static Tensor Y => new Lcg(2).Tensor([2, 3, 4], 0.5);

    private static Tensor Z => new Lcg(3).Tensor([2, 4], 0.5);

    [Fact]
    public void Merging_layers()
    {
        Matches("subtract", new Subtract().Call([X, Y]));
        Matches("multiply", new Multiply().Call([X, Y, Z]));
        Matches("average", new Average().Call([X, Y, Z]));
        Matches("maximum", new Maximum().Call([X, Y]));
        Matches("minimum", new Minimum().Call([X, Z]));
        Matches("add", new Add().Call([X, Z]));
        Assert.Equal(X.ToArray<double>(), new Average().Call([X]).ToArray<double>());
    }

    [Fact]
    public void Dot_sums_over_an_axis_of_each()
    {
        Matches("dot", new Dot(2).Call([X, Y]));
        Matches("dot", new Dot(-1).Call([X, Y]));
        Matches("dot_axes", new Dot([2, 1]).Call([X, Z]));
        Matches("dot_first", new Dot(1).Call([X, Y]));
        Tensor vectors = new Dot(1).Call([Z, Z.Flip(0)]);
        Matches("dot_vectors", vectors);
        Assert.Equal(new Shape(2, 1), vectors.Shape);
        Matches("dot_normalized", new Dot(2, normalize: true).Call([X, Y]));
    }

    [Fact]
    public void EinsumDense_by_the_forms_of_Keras()
    {
        Matches("einsum_dense", With(new EinsumDense("abc,cd->abd", [null, 5], "tanh", biasAxes: "d") { DType = DType.Float64 }, Kernel(4, 4, 5), Bias));
        Matches("einsum_dense_heads", With(new EinsumDense("abc,cde->abde", [3, 2, 5], biasAxes: "e") { DType = DType.Float64 }, Kernel(5, 4, 2, 5), Bias));
        Matches("einsum_dense_left", With(new EinsumDense("...x,xy->...y", [5], biasAxes: "y") { DType = DType.Float64 }, Kernel(4, 4, 5), Bias));
        Matches("einsum_dense_right", With(new EinsumDense("ab...,bc->ac...", [5], biasAxes: "c") { DType = DType.Float64 }, Kernel(4, 3, 5), Bias.Reshape(5, 1)));

        static Tensor With(EinsumDense layer, params Tensor[] weights)
        {
            layer.Call(X);
            foreach ((Variable variable, Tensor weight) in layer.Weights.Zip(weights))
                variable.Assign(weight);
            return layer.Call(X);
        }
    }

    [Fact]
    public void A_bias_of_two_letters_has_ones_between()
    {
        EinsumDense layer = new("abc,cde->abde", [3, 2, 5], biasAxes: "be");
        Assert.Equal(new Shape(2, 3, 2, 5), layer.Call(X.Cast(DType.Float32)).Shape);
        Assert.Equal([new Shape(4, 2, 5), new Shape(3, 1, 5)], layer.Weights.Select(weight => weight.Shape));
    }

    [Fact]
    public void PReLU_learns_a_slope_for_each_place_or_shares_it()
    {
        PReLU layer = new(sharedAxes: [1]) { DType = DType.Float64 };
        layer.Call(X);
        layer.Weights[0].Assign(new Lcg(7).Tensor([1, 4], 0.25));
        Matches("prelu", layer.Call(X));
        PReLU every = new(alphaConstraint: "non_neg");
        every.Call(X.Cast(DType.Float32));
        Assert.Equal(new Shape(3, 4), every.Weights[0].Shape);
        Assert.NotNull(every.Weights[0].Constraint);
    }

    [Fact]
    public void Softmax_of_a_mask_and_of_several_axes()
    {
        Tensor mask = Tensor.From(new bool[,] { { true, false, true }, { false, false, false } });
        Matches("softmax_mask", new Softmax().Call(X, mask: mask));
        Near.Equal(GoldenFile.Numbers(GoldenFile.Json("core.json")["activations"]!["softmax_axes"]!["y"]), new Softmax([1, 2]).Call((new Lcg(8).Tensor([3, 6, 4]) * 4) - 2), 1e-13);
        // Of scores of each step, (batch, time), the padding's are left out.
        Tensor shares = new Softmax().Call(Tensor.From(new double[,] { { 1, 1, 5 } }), mask: Tensor.From(new bool[,] { { true, true, false } }));
        Assert.Equal([0.5, 0.5, 0], shares.ToArray<double>());
    }

    [Fact]
    public void Permute_repeat_identity_and_lambda()
    {
        Matches("permute", new Permute(2, 1).Call(X));
        Matches("repeat_vector", new RepeatVector(3).Call(Z));
        Assert.Equal(X.ToArray<double>(), new Identity().Call(X).ToArray<double>());
        Assert.Equal(X.Square().ToArray<double>(), new Lambda(x => x.Square()).Call(X).ToArray<double>());
    }

    [Fact]
    public void The_layers_of_activations_are_the_functions()
    {
        Tensor x = (new Lcg(5).Tensor([4, 9]) * 8) - 4;
        Equal(ActivationFunction.ReluWith(0.25, 3, 0.5), new ReLU(3, 0.25, 0.5));
        Equal("relu", new ReLU());
        Equal(ActivationFunction.LeakyRelu(0.3), new LeakyReLU());
        Equal(ActivationFunction.Elu(0.5), new ELU(0.5));
        Equal("softmax", new Softmax());

        void Equal(ActivationFunction function, Layer layer) => Assert.Equal(function.Call(x).ToArray<double>(), layer.Call(x).ToArray<double>());
    }

    [Fact]
    public void A_model_with_a_lambda_trains_and_is_not_saved()
    {
        using Scratch scratch = new();
        Sequential model = new(3, new Input([4]), new Dense(3), new Lambda(x => x * 2), new Dense(1));
        model.Compile("sgd", "mse");
        double before = model.TrainOnBatch(Z.Cast(DType.Float32), Tensor.Ones([2, 1]))["loss"];
        Assert.True(model.TrainOnBatch(Z.Cast(DType.Float32), Tensor.Ones([2, 1]))["loss"] < before);
        Assert.Equal("A layer has a function as a setting, as Lambda does, which no file can hold: files hold names, never code. Write a layer class and register it (Layer.Registry.Register). "
            + "SaveWeights and BackupAndRestore work without.", Assert.Throws<ArgumentException>(() => model.Save(scratch.Path("model.laminet"))).Message);
        Assert.Empty(scratch.Files);
        model.SaveWeights(scratch.Path("w.safetensors"));
    }

    [Fact]
    public void Wrong_inputs_are_told()
    {
        Tells("Layer Subtract: received 3 inputs; expected two. To subtract several, add them first.", () => new Subtract().Call([X, X, X]));
        Tells("Layer Multiply: received inputs of shapes (2, 3, 4) and (2, 3); they must be equal, but for lengths of 1.", () => new Multiply().Call([X, Tensor.Ones([2, 3], DType.Float64)]));
        Tells("Layer Dot: received inputs of shapes (2, 3, 4) and (2, 4) and the axes [1]; expected two axes of one length, neither of them the batch.", () => new Dot(1).Call([X, Z]));
        Tells("Layer Dot: received 1 inputs; expected two.", () => new Dot(1).Call([X]));
        Tells("Layer Permute: received an input of shape (2, 4); expected 3 axes, the batch and one for each of [2, 1].", () => new Permute(2, 1).Call(Z));
        Tells("Layer RepeatVector: received an input of shape (2, 3, 4); expected (batch, features).", () => new RepeatVector(2).Call(X));
        Tells("Layer PReLU: received the shared axes [0]; expected axes of an example, 1 to 2. Axis 0 is the batch, which always shares.", () => new PReLU(sharedAxes: [0]).Call(X.Cast(DType.Float32)));
        Tells("Layer EinsumDense: received an input of shape (2, 4); the term 'abc' of 'abc,cd->abd' has 3 axes.", () => new EinsumDense("abc,cd->abd", [null, 5]).Call(Z));
        Tells("the axis 'b' of 'abc,cd->abd' has length 3 in one and 7 in the other.", () => new EinsumDense("abc,cd->abd", [7, 5]).Call(X));
        Tells("leaves the length of 'd' open", () => new EinsumDense("abc,cd->abd", [3, null]).Call(X));
        Tells("received the output shape (5,) for the result 'abd' of 'abc,cd->abd'; expected 2 lengths, without the batch.", () => new EinsumDense("abc,cd->abd", [5]).Call(X));
        Tells("the axis 'e' of the kernel in 'abc,cde->abd' is neither", () => new EinsumDense("abc,cde->abd", [3, 5]).Call(X));
        Tells("received the bias axes 'q'; 'q' is not one of the result's, 'abd'.", () => new EinsumDense("abc,cd->abd", [3, 5], biasAxes: "q").Call(X));
        Assert.Contains("Received the equation 'abc->ab'; expected one of the forms ab,bc->ac,", Assert.Throws<ArgumentException>(() => new EinsumDense("abc->ab", [1])).Message, StringComparison.Ordinal);
        Assert.Contains("expected each axis of an example once, from 1, as in Permute(2, 1)", Assert.Throws<ArgumentOutOfRangeException>(() => new Permute(0, 1)).Message, StringComparison.Ordinal);

        static void Tells(string message, Func<object> call) => Assert.Contains(message, Assert.Throws<ShapeException>(call).Message, StringComparison.Ordinal);
    }

    private static Tensor Kernel(int seed, params int[] shape) => new Lcg(seed).Tensor([.. shape], 0.5);

    private static Tensor Bias => new Lcg(6).Tensor([5], 0.5);

    private static void Matches(string name, Tensor actual) => Near.Equal(GoldenFile.Numbers(Expected[name]), actual, 1e-13);
}
