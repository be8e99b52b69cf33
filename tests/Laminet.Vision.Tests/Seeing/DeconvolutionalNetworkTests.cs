using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Seeing;

namespace Laminet.Vision.Tests.Seeing;

public class DeconvolutionalNetworkTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Projections_are_those_of_PyTorch(bool switches)
    {
        double[][] golden = SeeingGolden.Deconvolution(switches);
        foreach (string? layer in (string?[])["second", null])
        {
            DeconvolutionalNetwork back = new(SeeingGolden.Network(), layer);
            SeeingGolden.Near(golden[0], back.Reconstruct(SeeingGolden.Image, switches));
            for (int channel = 0; channel < golden.Length - 1; channel++)
                SeeingGolden.Near(golden[channel + 1], back.Project(SeeingGolden.Image, channel, switches));
        }
    }

    // One filter of one number: what comes back is the maximum, where it stood or in the first place of its window.
    [Fact]
    public void Maxima_go_back_to_where_they_stood()
    {
        Sequential model = new(new Input([2, 4, 1], DType.UInt8), new Rescaling(0.5), new Conv2D(1, 1), new ReLU(), new Dropout(0.5), new MaxPooling2D { Name = "pool" }, new Flatten(), new Dense(2));
        model.Initialize(new RandomKey(0));
        model.Weights[0].Assign(Tensor.Full([1, 1, 1, 1], 2));
        Tensor image = Tensor.From(new byte[] { 1, 2, 0, 9, 3, 7, 4, 5 }, [2, 4, 1]);
        DeconvolutionalNetwork back = new(model, "pool");
        // Through 0.5 and 2, and back through both.
        Assert.Equal([0f, 0, 0, 9, 0, 7, 0, 0], back.Reconstruct(image).ToArray<float>());
        Assert.Equal([7f, 0, 9, 0, 0, 0, 0, 0], back.Reconstruct(image, switches: false).ToArray<float>());
        // The strongest alone.
        Assert.Equal([0f, 0, 0, 9, 0, 0, 0, 0], back.Project(image, 0).ToArray<float>());
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Says<ArgumentOutOfRangeException>("DeconvolutionalNetwork: received channel 6; the layer gives (None, 2, 3, 6): expected 0 to 5. (Parameter 'channel')", () => new DeconvolutionalNetwork(SeeingGolden.Network()).Project(SeeingGolden.Image, 6));
        Says<ShapeException>("DeconvolutionalNetwork: received the image of shape (8, 10, 1); expected one image that fits the model's input (None, 8, 10, 3), without the batch. Read it in that size (ImageReading.Size), or take one of a batch with At(i).",
            () => new DeconvolutionalNetwork(SeeingGolden.Network()).Reconstruct(Tensor.Zeros([8, 10, 1])));
        Sequential smooth = new(new Input([8, 8, 1]), new Conv2D(2, 3, activation: "tanh") { Name = "smooth" }, new Flatten(), new Dense(2));
        Says<ArgumentException>("DeconvolutionalNetwork: the layer 'smooth' (Conv2D) cannot be reversed; expected Conv2D with relu or no activation, MaxPooling2D, ReLU, AveragePooling2D, BatchNormalization, Dropout, Rescaling and ZeroPadding2D alone. Take a layer before it. (Parameter 'model')",
            () => new DeconvolutionalNetwork(smooth));
    }

    private static void Says<T>(string message, Func<object> action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
}
