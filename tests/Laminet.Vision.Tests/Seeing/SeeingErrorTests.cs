using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Seeing;

namespace Laminet.Vision.Tests.Seeing;

/// <summary>Wrong layers, classes, images and sizes: what was received, what was expected, how to mend it.</summary>
public class SeeingErrorTests
{
    private static readonly Sequential Network = SeeingGolden.Network();

    [Fact]
    public void Wrong_images_are_told()
    {
        const string Mend = "Read it in that size (ImageReading.Size), or take one of a batch with At(i).";
        Saliency saliency = new(Network);
        Says<ShapeException>($"Saliency: received the image of shape (8, 10, 1); expected one image that fits the model's input (None, 8, 10, 3), without the batch. {Mend}", () => saliency.Gradient(Tensor.Zeros([8, 10, 1])));
        Says<ShapeException>($"GradCam: received the image of shape (1, 8, 10, 3); expected one image that fits the model's input (None, 8, 10, 3), without the batch. {Mend}", () => new GradCam(Network).Map(Tensor.Zeros([1, 8, 10, 3])));
        Says<ShapeException>($"Saliency: received the baseline of shape (8, 9, 3); expected one image that fits the model's input (None, 8, 10, 3), without the batch. {Mend}",
            () => saliency.IntegratedGradients(SeeingGolden.Image, baseline: Tensor.Zeros([8, 9, 3])));
        Says<ArgumentException>("Saliency: the image holds NaN or infinity; expected finite numbers. Replace them first. (Parameter 'image')", () => saliency.Gradient(Tensor.Full([8, 10, 3], double.NaN)));
        Says<ShapeException>("Occlusion: received an image of shape (8, 10, 3) for a window of 9 x 9 pixels; expected a window that is not larger. Make it smaller: new Occlusion(model, window: 2, ...).",
            () => new Occlusion(Network, window: 9).HeatMap(SeeingGolden.Image));
    }

    [Fact]
    public void Wrong_classes_and_channels_are_told()
    {
        const string Known = "; the model has 5, numbered from 0: expected 0 to 4, or null for the predicted one. (Parameter 'target')";
        Says<ArgumentOutOfRangeException>($"Saliency: received class 5{Known}", () => new Saliency(Network).SmoothGrad(SeeingGolden.Image, 5));
        Says<ArgumentOutOfRangeException>($"Occlusion: received class -1{Known}", () => new Occlusion(Network, window: 2, stride: 2).HeatMap(SeeingGolden.Image, -1));
        Says<ArgumentOutOfRangeException>("ActivationMaximization: received channel 4; the layer gives (None, 8, 10, 4): expected 0 to 3. (Parameter 'channel')", () => new ActivationMaximization(Network, "first").Maximize(4));
    }

    [Fact]
    public void Wrong_layers_are_told()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new GradCam(Network, "secund"));
        Assert.StartsWith("The model has no layer 'secund'. Did you mean 'second'?", exception.Message, StringComparison.Ordinal);
        Says<ArgumentException>("GradCam: the layer 'scores' gives (None, 5); expected feature maps, (batch, height, width, channels). Layers with maps: first, pool, second. (Parameter 'layer')", () => new GradCam(Network, "scores"));
        Says<ArgumentException>("Filters: the layer 'pool' is a MaxPooling2D; expected a Conv2D or a DepthwiseConv2D. Such layers are first, second. (Parameter 'layer')", () => Filters.Of(Network, "pool"));
        Sequential dense = new(new Input([2, 2, 1]), new Flatten(), new Dense(2));
        Says<ArgumentException>("Filters: the model has no Conv2D and no DepthwiseConv2D; expected a network with convolutions. Its layers are Input, Flatten, Dense. (Parameter 'model')", () => Filters.Of(dense));
        Says<ArgumentException>("GradCam: no layer of the model gives feature maps, (batch, height, width, channels), of more than one pixel, with weights in it or before it; expected a network with convolutions. (Parameter 'layer')", () => new GradCam(dense));
        // The maps of a layer without weights are the image itself.
        Sequential scaled = new(new Input([2, 2, 1]), new Rescaling(2) { Name = "scaled" }, new Normalization { Name = "normal" }, new Flatten(), new Dense(2));
        Says<ArgumentException>("GradCam: no layer of the model gives feature maps, (batch, height, width, channels), of more than one pixel, with weights in it or before it; expected a network with convolutions. (Parameter 'layer')", () => new GradCam(scaled));
        foreach (string name in (string[])["scaled", "normal"])
        {
            Says<ArgumentException>($"GradCam: neither the layer '{name}' nor one before it has weights, so its maps are the image itself; expected a convolution, or a layer after one. Layers with such maps: none. (Parameter 'layer')",
                () => new GradCam(scaled, name));
        }

        // What is frozen has been learned.
        _ = new GradCam(new Sequential(new Input([4, 4, 1]), new Conv2D(2, 2) { Trainable = false }, new MaxPooling2D { Name = "pool" }, new Flatten(), new Dense(2)), "pool");
    }

    [Fact]
    public void Models_that_are_no_classifiers_of_images_are_told()
    {
        Says<ArgumentException>("Saliency: received a model that takes (None, 7); expected one input of images, (batch, height, width, channels). Build a model of that part: new Model(input, output). (Parameter 'model')",
            () => new Saliency(new Sequential(new Input([7]), new Dense(2))));
        Says<ArgumentException>("Occlusion: received a model that gives (None, 2, 2, 1); expected one output of scores, (batch, classes). Build a model that ends in such scores: new Model(model.Inputs, output).",
            () => new Occlusion(new Sequential(new Input([2, 2, 1]), new Activation("relu"))));
    }

    [Fact]
    public void Wrong_settings_are_told()
    {
        Says<ArgumentOutOfRangeException>("Received stride = 9; expected 1 to the window's side, 8. (Parameter 'stride')", () => new Occlusion(Network, stride: 9));
        Says<ArgumentOutOfRangeException>("Received samples = 0; expected 1 or more. (Parameter 'samples')", () => new Saliency(Network).SmoothGrad(SeeingGolden.Image, samples: 0));
        Says<ArgumentOutOfRangeException>("Received noise = NaN; expected 0 or more, such as 0.15. (Parameter 'noise')", () => new Saliency(Network).SmoothGrad(SeeingGolden.Image, noise: double.NaN));
        Says<ArgumentOutOfRangeException>("Received steps = -1; expected 1 or more. (Parameter 'steps')", () => new Saliency(Network).IntegratedGradients(SeeingGolden.Image, steps: -1));
        Says<ArgumentOutOfRangeException>("Received value = (1, 1); expected two finite numbers, the smaller first. (Parameter 'value')", () => new ActivationMaximization(Network) { Range = (1, 1) });
    }

    [Fact]
    public void Wrong_tiles_and_maps_are_told()
    {
        Says<ShapeException>("Tiles: received the shape (3, 3); expected feature maps (rows, columns, n) or kernels (rows, columns, channels, n), none of them empty.", () => Tiles.Of(Tensor.Zeros([3, 3])));
        Says<ShapeException>("Tiles: 4 tiles of 3 x 3 numbers at scale 1000000000 make an image of 6250000000 x 6250000000 pixels; expected at most 16384 a side. Take fewer, such as tiles.Slice(0, 16, axis: 2), or a smaller scale.",
            () => Tiles.Of(Tensor.Zeros([3, 3, 4]), scale: 1_000_000_000));
        Says<ArgumentException>("Tiles: the numbers hold NaN or infinity, which have no colour; expected finite numbers. Did the training diverge? (Parameter 'tiles')", () => Tiles.Of(Tensor.Full([1, 1, 1], double.NaN)));
        Says<ShapeException>("HeatMap: received an image of shape (2, 2, 3) and a map of shape (2, 3); expected (height, width, 1 or 3) and (height, width). OfAttribution makes a map of attributions; Image.Resize changes sizes.",
            () => HeatMap.Over(Tensor.Zeros([2, 2, 3]), Tensor.Zeros([2, 3])));
        Says<ArgumentException>("HeatMap: the map holds NaN or infinity; expected finite numbers. (Parameter 'map')", () => HeatMap.Over(Tensor.Zeros([1, 1, 3]), Tensor.Full([1, 1], double.NaN)));
        Says<ShapeException>("HeatMap: received the shape (2, 2); expected attributions (height, width, channels).", () => HeatMap.OfAttribution(Tensor.Zeros([2, 2])));
    }

    private static void Says<T>(string message, Func<object> action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
}
