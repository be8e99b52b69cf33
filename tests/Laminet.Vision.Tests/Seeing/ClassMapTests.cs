using Laminet.Tensors;
using Laminet.Vision.Seeing;

namespace Laminet.Vision.Tests.Seeing;

public class ClassMapTests
{
    // As the development kit of Pascal VOC lists them.
    [Fact]
    public void Colours_are_those_of_Pascal_VOC()
    {
        Assert.Equal(
            [
                (0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0), (0, 0, 128), (128, 0, 128), (0, 128, 128), (128, 128, 128), (64, 0, 0), (192, 0, 0), (64, 128, 0), (192, 128, 0), (64, 0, 128), (192, 0, 128),
                (64, 128, 128), (192, 128, 128), (0, 64, 0), (128, 64, 0), (0, 192, 0), (128, 192, 0), (0, 64, 128),
            ], ClassMap.Colors(21));
        Assert.Equal((224, 224, 192), ClassMap.Colors(256)[255]);
        Assert.Equal(256, ClassMap.Colors(256).Distinct().Count());
    }

    [Fact]
    public void Colours_are_mixed_with_the_image_and_classes_without_one_leave_it()
    {
        Tensor image = Tensor.From(new byte[] { 100, 101, 200, 40, 50, 60, 1, 2, 3, 7, 8, 9 }, [2, 2, 3]);
        // 0.25 of (200, 0, 0) and of (0, 255, 1): 125, 75.75, 150 and 0.75, 65.25, 2.5, the last to even.
        Assert.Equal([125, 76, 150, 40, 50, 60, 1, 65, 2, 7, 8, 9], ClassMap.Over(image, Tensor.From([0, 255, 1, -1], [2, 2]), [(200, 0, 0), (0, 255, 1)], opacity: 0.25).ToArray<byte>());
        Assert.Equal(image.ToArray<byte>(), ClassMap.Over(image, Tensor.From(new byte[] { 255, 255, 255, 255 }, [2, 2])).ToArray<byte>());
        Assert.Equal([128, 0, 0, 64, 0, 128], ClassMap.Over(Tensor.From([300f, -4f], [1, 2, 1]), Tensor.From(new byte[] { 1, 12 }, [1, 2]), opacity: 1).ToArray<byte>());
        Assert.Equal([255, 255, 255, 0, 0, 0], ClassMap.Over(Tensor.From([300f, -4f], [1, 2, 1]), Tensor.From(new byte[] { 1, 12 }, [1, 2]), opacity: 0).ToArray<byte>());
    }

    [Fact]
    public void A_region_is_outlined_inside_and_not_along_the_edges_of_the_image()
    {
        bool[] region = Picture("....#", "####.", "#####", "#####", "#####").Select(pixel => pixel == 1).ToArray();
        Tensor inside = Tensor.From(region, [5, 5]), image = Tensor.Zeros([5, 5, 1], DType.UInt8);
        Assert.Equal(Picture("....#", "####.", "....#", ".....", "....."), Drawn(1));
        Assert.Equal(Picture("....#", "####.", "#####", "....#", "....."), Drawn(2));
        Assert.Equal(region.Select(isInside => isInside ? 1 : 0), Drawn(int.MaxValue));
        Assert.Equal(0, ClassMap.Outlined(image, Tensor.Ones([5, 5], DType.Bool), (1, 1, 1)).Cast(DType.Int32).Sum().ToDouble());
        Assert.Equal([1, 2, 3], ClassMap.Outlined(image, inside, (1, 2, 3)).At(1).At(2).ToArray<byte>());

        int[] Drawn(int width) => ClassMap.Outlined(image, inside, (1, 1, 1), width).Slice(0, 1, axis: 2).Cast(DType.Int32).ToArray<int>();

        static int[] Picture(params string[] rows) => [.. string.Concat(rows).Select(pixel => pixel == '#' ? 1 : 0)];
    }

    [Fact]
    public void What_does_not_fit_is_told()
    {
        Tensor image = Tensor.Zeros([2, 3, 3], DType.UInt8);
        Assert.Equal("ClassMap.Over: received an image of shape (2, 3, 3) and a map of shape (3, 2); expected (height, width, 1 or 3) and (height, width). Image.Resize changes sizes; of class numbers with Interpolation.Nearest.",
            Assert.Throws<ShapeException>(() => ClassMap.Over(image, Tensor.Zeros([3, 2], DType.Int32))).Message);
        Assert.StartsWith("ClassMap.Outlined: received an image of shape (2, 3, 4)", Assert.Throws<ShapeException>(() => ClassMap.Outlined(Tensor.Zeros([2, 3, 4]), Tensor.Zeros([2, 3], DType.Bool), default)).Message, StringComparison.Ordinal);
        Assert.Equal("ClassMap.Over: received classes of Float32; expected whole numbers. Of scores (height, width, classes) ArgMax() makes them.", Assert.Throws<DTypeException>(() => ClassMap.Over(image, Tensor.Zeros([2, 3]))).Message);
        Assert.Equal("ClassMap.Outlined: received a region of Int32; expected Bool, such as classes.Equal(3).", Assert.Throws<DTypeException>(() => ClassMap.Outlined(image, Tensor.Zeros([2, 3], DType.Int32), default)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassMap.Over(image, Tensor.Zeros([2, 3], DType.Int32), opacity: 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassMap.Outlined(image, Tensor.Zeros([2, 3], DType.Bool), default, width: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassMap.Colors(257));
    }
}
