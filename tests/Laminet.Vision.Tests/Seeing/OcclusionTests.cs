using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Seeing;

namespace Laminet.Vision.Tests.Seeing;

public class OcclusionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Falls_of_the_score_are_those_of_PyTorch_for_every_batch_size(int batchSize)
    {
        Occlusion occlusion = new(SeeingGolden.Network("softmax"), window: 3, stride: 2, value: 0.25, batchSize);
        for (int target = 0; target < SeeingGolden.Classes; target++)
        {
            Tensor heat = occlusion.HeatMap(SeeingGolden.Image, target);
            Assert.Equal([8, 10], heat.Shape);
            SeeingGolden.Near(SeeingGolden.Doubles(SeeingGolden.Class(target).GetProperty("occlusion")), heat, 1e-5);
        }
    }

    // Of a sum, a window of one pixel takes away the pixel.
    [Fact]
    public void Of_a_sum_each_pixel_counts_for_itself()
    {
        Sequential model = new(new Input([2, 3, 1]), new Flatten(), new Dense(1, kernelInitializer: "ones"));
        float[] pixels = [1, -2, 3, 4, 5, -6];
        Assert.Equal(pixels, new Occlusion(model, window: 1, stride: 1).HeatMap(Tensor.From(pixels, [2, 3, 1])).ToArray<float>());
    }
}
