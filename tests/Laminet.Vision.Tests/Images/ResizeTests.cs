using System.Text.Json;
using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Images;

public class ResizeTests
{
    private static readonly byte[] Row = [0, 10, 20, 30, 40, 50, 60, 255];

    [Fact]
    public void Every_size_filter_and_number_of_channels_has_the_bits_of_Pillow()
    {
        int cases = 0;
        foreach (JsonElement one in Golden.Resized)
        {
            int[] old = Golden.Ints(one, "old"), size = Golden.Ints(one, "new");
            Interpolation interpolation = Enum.Parse<Interpolation>(one.GetProperty("interpolation").GetString()!);
            byte[] received = Image.Resize(Pattern.Rough(old[0], old[1], old[2]), (size[0], size[1]), interpolation).ToArray<byte>();
            Assert.True(Golden.Bytes(one, "values").AsSpan().SequenceEqual(received), $"{interpolation} {string.Join(", ", old)} to {string.Join(", ", size)}");
            cases++;
        }

        Assert.Equal(3 * 8 * 5, cases);
    }

    // Row A5 of the traps.
    [Theory]
    [InlineData(Interpolation.Bilinear, new byte[] { 11, 35, 113 })]
    [InlineData(Interpolation.Bicubic, new byte[] { 9, 30, 121 })]
    [InlineData(Interpolation.Lanczos3, new byte[] { 10, 25, 124 })]
    [InlineData(Interpolation.Box, new byte[] { 10, 35, 122 })]
    public void A_smaller_row_is_antialiased(Interpolation interpolation, byte[] expected) =>
        Assert.Equal(expected, Image.Resize(Tensor.From(Row, [1, 8, 1]), (1, 3), interpolation).ToArray<byte>());

    [Fact]
    public void A_float_row_is_antialiased_and_not_rounded()
    {
        float[] received = Image.Resize(Tensor.From(Row, [1, 8, 1]).Cast(DType.Float32), (1, 3)).ToArray<float>();
        Assert.All(received.Zip([11.0526f, 35, 112.5f]), pair => Assert.Equal(pair.Second, pair.First, 1e-3f));
    }

    // Row A4: an invisible pixel lends no colour.
    [Theory]
    [InlineData(Interpolation.Box)]
    [InlineData(Interpolation.Bilinear)]
    public void Colours_are_averaged_by_their_opacity(Interpolation interpolation)
    {
        byte[] pixels = [255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 0, 255, 0, 0];
        int[] received = Image.Resize(Tensor.From(pixels, [2, 2, 4]), (1, 1), interpolation).Cast(DType.Int32).ToArray<int>();
        Assert.All(received.Zip([255, 0, 0, 192]), pair => Assert.InRange(pair.First, pair.Second - 1, pair.Second + 1));
    }

    // Row A8: the mean of the encoded values, as Pillow; not of the light.
    [Fact]
    public void A_checkerboard_becomes_its_mean() => Assert.Equal([128], Image.Resize(Tensor.From(new byte[] { 0, 255, 255, 0 }, [2, 2, 1]), (1, 1)).ToArray<byte>());

    // Row A7.
    [Theory]
    [InlineData(640, 427, 383, 256)]
    [InlineData(1024, 683, 383, 256)]
    [InlineData(427, 640, 256, 383)]
    public void The_longer_side_is_truncated(int width, int height, int newWidth, int newHeight) =>
        Assert.Equal(new Shape([newHeight, newWidth, 1]), Image.ResizeShorterSide(Tensor.Zeros([height, width, 1], DType.UInt8), 256).Shape);

    // Row A6.
    [Theory]
    [InlineData(5, 2, 1, 2)]
    [InlineData(7, 4, 1, 2)]
    [InlineData(8, 5, 1, 2)]
    [InlineData(4, 3, 0, 0)]
    [InlineData(9, 2, 3, 4)]
    public void The_middle_begins_where_Keras_or_torchvision_begins_it(int length, int crop, int keras, int torchvision)
    {
        Tensor row = Tensor.Range(0, length, DType.UInt8).Reshape([1, length, 1]);
        Assert.Equal(keras, Image.CenterCrop(row, (1, crop)).ToArray<byte>()[0]);
        Assert.Equal(torchvision, Image.CenterCrop(row, (1, crop), CropRounding.HalfToEven).ToArray<byte>()[0]);
        Assert.Equal(keras, Image.CenterCrop(row.Transpose(1, 0, 2), (crop, 1)).ToArray<byte>()[0]);
    }

    [Fact]
    public void A_letterbox_has_the_whole_image_in_the_middle()
    {
        byte[] received = Image.Letterbox(Tensor.From(new byte[] { 10, 20, 30, 40 }, [1, 4, 1]), (4, 4), fill: 114).ToArray<byte>();
        byte[] margin = [114, 114, 114, 114];
        Assert.Equal([.. margin, 10, 20, 30, 40, .. margin, .. margin], received);
        float[] floats = Image.Letterbox(Tensor.From(new float[] { 10, 20, 30, 40 }, [4, 1, 1]), (4, 4), fill: 7).ToArray<float>();
        Assert.Equal([7, 10, 7, 7, 7, 20, 7, 7, 7, 30, 7, 7, 7, 40, 7, 7], floats);
    }

    [Fact]
    public void The_margin_of_an_RGBA_letterbox_is_opaque() =>
        Assert.Equal([9, 9, 9, 255], Image.Letterbox(Tensor.Zeros([1, 3, 4], DType.UInt8), (3, 3), fill: 9).ToArray<byte>()[..4]);

    [Fact]
    public void A_number_on_a_border_counts_the_same_in_a_view()
    {
        Tensor image = Pattern.Rough(12, 14, 3);
        Tensor part = image[2..9, 3..13];
        Assert.Equal(Image.Resize(part.Contiguous(), (5, 4)).ToArray<byte>(), Image.Resize(part, (5, 4)).ToArray<byte>());
    }

    [Fact]
    public void Wrong_arguments_are_told()
    {
        Tensor image = Tensor.Zeros([2, 2, 3], DType.UInt8);
        Assert.Equal("Resize: received the shape (1, 2, 2, 3); expected one image (height, width, channels) with pixels. Take one of a batch with At(i).",
            Assert.Throws<ShapeException>(() => Image.Resize(image.ExpandDims(0), (1, 1))).Message);
        Assert.Equal("Resize: received the size (0, 1); height and width must be 1 or more.", Assert.Throws<ShapeException>(() => Image.Resize(image, (0, 1))).Message);
        Assert.Equal("Resize: received a UInt8 image with 2 channels (shape (2, 2, 2)); expected 1 (grey), 3 (RGB) or 4 (RGBA). Cast it to Float32 for other channels.",
            Assert.Throws<ShapeException>(() => Image.Resize(Tensor.Zeros([2, 2, 2], DType.UInt8), (1, 1))).Message);
        Assert.Equal("Resize: received an image of Int32; expected UInt8 or a floating-point type. Cast it first.",
            Assert.Throws<DTypeException>(() => Image.Resize(Tensor.Zeros([2, 2, 3], DType.Int32), (1, 1))).Message);
        Assert.StartsWith("Resize: received an image of shape (2, 2, 3) and the size (50000, 50000); this needs an image of 50000 x 50000 pixels, and at most ",
            Assert.Throws<ShapeException>(() => Image.Resize(image, (50_000, 50_000))).Message, StringComparison.Ordinal);
        Assert.StartsWith("Letterbox: received an image of shape (2, 2, 3) and the size (1, 2147483647); ", Assert.Throws<ShapeException>(() => Image.Letterbox(image, (1, int.MaxValue))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Image.Resize(image.Cast(DType.Float32), (50_000, 50_000)));
        Assert.Throws<ShapeException>(() => Image.ResizeShorterSide(Tensor.Zeros([1, 100_000, 1], DType.UInt8), 50_000));
        Assert.Equal("CenterCrop: received the size (3, 1) for an image of shape (2, 2, 3), which is smaller. Resize it first, or use Letterbox.",
            Assert.Throws<ShapeException>(() => Image.CenterCrop(image, (3, 1))).Message);
    }
}
