using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Layers;

/// <summary>Shapes, files and wrong uses of core, activation and merging layers; their numbers are checks of Laminet.Verification.</summary>
public sealed class CoreLayerTests
{
    private static Tensor X => new Lcg(1).Tensor([2, 3, 4], 0.5);

    private static Tensor Y => new Lcg(2).Tensor([2, 3, 4], 0.5);

    private static Tensor Z => new Lcg(3).Tensor([2, 4], 0.5);

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
        PReLU layer = new(sharedAxes: [1]);
        layer.Call(X.Cast(DType.Float32));
        Assert.Equal(new Shape(1, 4), layer.Weights[0].Shape);
        PReLU every = new(alphaConstraint: "non_neg");
        every.Call(X.Cast(DType.Float32));
        Assert.Equal(new Shape(3, 4), every.Weights[0].Shape);
        Assert.NotNull(every.Weights[0].Constraint);
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
}
