using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Seeing;

namespace Laminet.Vision.Tests.Seeing;

public class TilesTests
{
    [Fact]
    public void Feature_maps_are_those_of_PyTorch()
    {
        Tensor maps = FeatureMaps.Of(SeeingGolden.Network(), SeeingGolden.Image, "first");
        Assert.Equal([8, 10, 4], maps.Shape);
        SeeingGolden.Near(SeeingGolden.Maps, maps);
        Assert.Equal([2, 3, 6], FeatureMaps.Of(SeeingGolden.Network(), SeeingGolden.Image).Shape);
    }

    [Fact]
    public void Kernels_are_those_of_the_layer()
    {
        Sequential model = SeeingGolden.Network();
        Assert.Equal(model.Weights[0].Value.ToArray<float>(), Filters.Of(model).ToArray<float>());
        Assert.Equal([3, 3, 4, 6], Filters.Of(model, "second").Shape);
        Assert.Equal([3, 3, 3, 4], Filters.Of(new Sequential(new Input([8, 10, 3]), new Sequential(new Input([8, 10, 3]), new Conv2D(4, 3)))).Shape);
        Sequential nested = new(new Input([8, 10, 3]), new Sequential(new Input([8, 10, 3]), new Conv2D(4, 3) { Name = "inner" }, new ReLU { Name = "relu" }) { Name = "body" });
        Assert.Equal([3, 3, 3, 4], Filters.Of(nested, "inner").Shape);
        Assert.Contains("the layer 'relu' is a ReLU; expected a Conv2D or a DepthwiseConv2D. Such layers are inner.", Assert.Throws<ArgumentException>(() => Filters.Of(nested, "relu")).Message, StringComparison.Ordinal);
        Assert.StartsWith("The model has no layer 'absent'.", Assert.Throws<ArgumentException>(() => Filters.Of(nested, "absent")).Message, StringComparison.Ordinal);
        Assert.Equal([2, 2, 1, 6], Filters.Of(new Sequential(new Input([4, 4, 3]), new DepthwiseConv2D(2, depthMultiplier: 2))).Shape);
    }

    // Three maps of 1 x 2 in two columns; the third map is constant, and the place of a fourth stays white.
    [Fact]
    public void Maps_lie_beside_each_other_each_with_its_own_range()
    {
        Tensor maps = Tensor.From([0f, 5, 3, 10, 7, 3], [1, 2, 3]);
        byte[] expected =
        [
            0, 255, 255, 0, 255,
            255, 255, 255, 255, 255,
            128, 128, 255, 255, 255,
        ];
        // Channel 0 is 0 and 10, channel 1 is 5 and 7, channel 2 is 3 and 3.
        expected[3] = 0;
        Tensor image = Tiles.Of(maps);
        Assert.Equal([3, 5, 3], image.Shape);
        foreach (int colour in (int[])[0, 1, 2])
            Assert.Equal(expected, image.Slice(colour, colour + 1, axis: 2).ToArray<byte>());
        Assert.Equal([0, 255, 255, 128, 178], Tiles.Of(maps, together: true).Slice(0, 1).Slice(0, 1, axis: 2).ToArray<byte>());
    }

    [Fact]
    public void Kernels_of_three_channels_are_colours_and_others_rows()
    {
        Tensor colours = Tiles.Of(Tensor.From([0f, 1, 0.2f], [1, 1, 3, 1]), scale: 2);
        Assert.Equal([2, 2, 3], colours.Shape);
        Assert.Equal([0, 255, 51, 0, 255, 51, 0, 255, 51, 0, 255, 51], colours.ToArray<byte>());
        // Two filters of four channels: two rows of four tiles.
        Assert.Equal([(3 * 2) + 1, (3 * 4) + 3, 3], Tiles.Of(Tensor.Ones([3, 3, 4, 2])).Shape);
    }

    [Fact]
    public void A_heat_map_goes_from_blue_over_green_to_yellow()
    {
        Tensor map = Tensor.From([-1f, 0, 2, 4], [1, 4]), black = Tensor.Zeros([1, 4, 1]);
        Assert.Equal([68, 1, 84, 68, 1, 84, 33, 144, 141, 253, 231, 37], HeatMap.Over(black, map, opacity: 1).ToArray<byte>());
        Assert.Equal([34, 0, 42], HeatMap.Over(black, map).ToArray<byte>()[..3]);
        byte[] photo = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120];
        Assert.Equal(photo, HeatMap.Over(Tensor.From(photo, [1, 4, 3]), map, opacity: 0).ToArray<byte>());
        // A map of zeros is the lowest colour everywhere.
        Assert.Equal([68, 1, 84], HeatMap.Over(Tensor.Zeros([1, 1, 3]), Tensor.Zeros([1, 1]), opacity: 1).ToArray<byte>());
        Assert.Equal([3, 5], HeatMap.OfAttribution(Tensor.From([1f, -3, 2, -5, 4, 0], [1, 2, 3])).ToArray<float>());
    }
}
