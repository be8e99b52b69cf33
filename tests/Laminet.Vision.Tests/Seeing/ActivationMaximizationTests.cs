using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Seeing;

namespace Laminet.Vision.Tests.Seeing;

public class ActivationMaximizationTests
{
    [Fact]
    public void Five_steps_are_those_of_PyTorch()
    {
        MaximizedInput result = new ActivationMaximization(SeeingGolden.Network(), "first") { Steps = 5, Rate = 0.05, Decay = 0.01, Range = (0, 1) }.Maximize(2, SeeingGolden.Image);
        SeeingGolden.Near(SeeingGolden.Doubles(SeeingGolden.Ascent.GetProperty("image")), result.Image, 1e-5);
        SeeingGolden.Near(SeeingGolden.Doubles(SeeingGolden.Ascent.GetProperty("activations")), Tensor.From([.. result.Activations]), 1e-5);
        Assert.True(result.Activations[^1] > 2 * result.Activations[0], string.Join(", ", result.Activations));
    }

    // The image that excites a linear unit most within the range is at the ends of it, by the signs of the weights.
    [Fact]
    public void A_linear_unit_is_driven_to_the_ends_of_the_range()
    {
        Sequential model = new(new Input([2, 2, 1]), new Flatten(), new Dense(2, "softmax", useBias: false));
        model.Initialize(new RandomKey(0));
        model.Weights[0].Assign(Tensor.From([0f, 1f, 0f, -1f, 0f, -2f, 0f, 0.5f], [4, 2]));
        ActivationMaximization ascent = new(model) { Steps = 200, Range = (-3, 5), Rate = 0.1, Seed = 4 };
        MaximizedInput result = ascent.Maximize(1);
        Assert.Equal([5, -3, -3, 5], result.Image.ToArray<float>());
        Assert.Equal(5 + 3 + 6 + 2.5, result.Activations[^1], 1e-5);
        Assert.Equal(201, result.Activations.Count);
        Assert.Equal(result.Image.ToArray<float>(), ascent.Maximize(1).Image.ToArray<float>());
    }

    [Fact]
    public void A_unit_that_does_not_react_leaves_the_start()
    {
        Sequential model = new(new Input([2, 2, 1]), new Conv2D(1, 1, activation: "relu", kernelInitializer: "zeros") { Name = "dead" }, new Flatten(), new Dense(2));
        Tensor start = Tensor.Full([2, 2, 1], 7);
        MaximizedInput result = new ActivationMaximization(model, "dead") { Steps = 3 }.Maximize(0, start);
        Assert.Equal(start.ToArray<float>(), result.Image.ToArray<float>());
        Assert.Equal([0, 0, 0, 0], result.Activations);
    }

    [Fact]
    public void A_model_of_any_size_takes_the_size_that_is_set()
    {
        Sequential model = OfAnySize();
        Assert.Equal([12, 9, 3], new ActivationMaximization(model) { Steps = 1, Size = (12, 9) }.Maximize(0).Image.Shape);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new ActivationMaximization(model).Maximize(0));
        Assert.Equal("ActivationMaximization: the model takes images (None, None, None, 3); expected a size to make one in. Set Size, such as Size = (64, 64).", exception.Message);
    }

    private static Sequential OfAnySize() => new(new Input(PartialShape.Create([null, null, 3])), new Conv2D(2, 3), new GlobalAveragePooling2D(), new Dense(2));
}
