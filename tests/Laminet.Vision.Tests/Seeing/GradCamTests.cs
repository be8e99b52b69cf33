using System.Text.Json;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Seeing;

namespace Laminet.Vision.Tests.Seeing;

public class GradCamTests
{
    [Theory]
    [InlineData("first", 0, null)]
    [InlineData("second", 1, null)]
    // The last layer with maps.
    [InlineData(null, 1, "softmax")]
    public void Maps_of_every_class_are_those_of_PyTorch(string? layer, int which, string? activation)
    {
        GradCam cam = new(SeeingGolden.Network(activation), layer);
        for (int target = 0; target < SeeingGolden.Classes; target++)
        {
            JsonElement golden = SeeingGolden.Class(target).GetProperty("cams")[which];
            SeeingGolden.Near(SeeingGolden.Doubles(golden.GetProperty("map")), cam.Map(SeeingGolden.Image, target));
            Tensor heat = cam.HeatMap(SeeingGolden.Image, target);
            Assert.Equal([8, 10], heat.Shape);
            SeeingGolden.Near(SeeingGolden.Doubles(golden.GetProperty("image")), heat);
        }
    }

    // Row A43 of the traps: two logits z0 = a and z1 = 2a. By probabilities the slope of class 0 is -0.1966, and relu would leave nothing.
    [Fact]
    public void The_slope_is_that_of_the_logit()
    {
        Sequential model = new(new Input([2, 2, 1]), new Conv2D(1, 1, useBias: false) { Name = "map" }, new GlobalAveragePooling2D(), new Dense(2, "softmax", useBias: false));
        model.Initialize(new RandomKey(0));
        model.Weights[0].Assign(Tensor.Ones([1, 1, 1, 1]));
        model.Weights[1].Assign(Tensor.From([1f, 2f], [1, 2]));
        float[] map = new GradCam(model).Map(Tensor.Ones([2, 2, 1]), 0).ToArray<float>();
        // The mean over four places divides the slope of 1 by 4.
        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f], map);
    }

    [Fact]
    public void A_layer_that_the_score_does_not_need_gives_an_empty_map()
    {
        Input input = new([4, 4, 1]);
        SymbolicTensor maps = new Conv2D(2, 3) { Name = "maps" }.Call(input), none = new Lambda(x => x * 0).Call(maps);
        Model model = new(input, new Dense(2).Call(new Flatten().Call(none)));
        Assert.Equal(new float[16], new GradCam(model, "maps").HeatMap(Tensor.Ones([4, 4, 1]), 0).ToArray<float>());
    }

    // Maps of one pixel have no places.
    [Fact]
    public void The_last_layer_of_more_than_one_pixel_is_taken()
    {
        Sequential model = new(seed: 1, new Input([6, 6, 1]), new Conv2D(3, 3) { Name = "seen" }, new Conv2D(4, 4), new Flatten(), new Dense(2));
        Tensor image = new RandomKey(2).Uniform([6, 6, 1]);
        Assert.Equal(new GradCam(model, "seen").Map(image, 1).ToArray<float>(), new GradCam(model).Map(image, 1).ToArray<float>());
    }

    // As after transfer: the network that was taken over is one layer.
    [Fact]
    public void A_model_as_a_layer_gives_its_maps()
    {
        Sequential body = new(seed: 3, new Input([6, 6, 1]), new Conv2D(3, 3, activation: "relu")), head = new(seed: 4, new Input([6, 6, 1]), body, new GlobalAveragePooling2D(), new Dense(2));
        Tensor image = new RandomKey(2).Uniform([6, 6, 1]), maps = body.Call(image.ExpandDims(0));
        // Through the mean over the 16 places the slopes are the weights of the dense layer over 16.
        Tensor expected = (maps * head.Layers[^1].Weights[0].Value.Slice(0, 1, axis: 1).Reshape([1, 1, 1, 3]) / 16).Sum(-1).Relu();
        SeeingGolden.Near(expected.Cast(DType.Float64).ToArray<double>(), new GradCam(head).Map(image, 0));
    }
}
