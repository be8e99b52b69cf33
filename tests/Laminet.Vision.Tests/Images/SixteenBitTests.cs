using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Images;

public class SixteenBitTests
{
    private const ushort Full = 65535;

    private static readonly ImageReading Rgba = new() { Color = ImageColor.Rgba, DType = DType.UInt16 };

    // Row A4 in 16 bits: an invisible pixel lends no colour.
    [Theory]
    [InlineData(Interpolation.Box)]
    [InlineData(Interpolation.Bilinear)]
    public void Colours_are_averaged_by_their_opacity(Interpolation interpolation)
    {
        byte[] png = SixteenBitPng.Of(2, 2, 4, [Full, 0, 0, Full, Full, 0, 0, Full, Full, 0, 0, Full, 0, Full, 0, 0]);
        ImageReading reading = Rgba with { Size = (1, 1), Interpolation = interpolation };
        Assert.Equal<ushort>([Full, 0, 0, 49151], Image.Decode(png, reading).ToArray<ushort>());
        Assert.Equal([255f, 0, 0, 191.25f], Image.Decode(png, reading with { DType = DType.Float32 }).ToArray<float>().Select(value => MathF.Round(value, 2)));
        // As the same image of 8 bits, which Pillow rounds in each direction.
        Assert.Equal([255, 0, 0, 192], Image.Decode(png, reading with { DType = DType.UInt8 }).ToArray<byte>());
    }

    [Fact]
    public void An_image_that_is_visible_nowhere_has_no_colour_in_another_size()
    {
        byte[] png = SixteenBitPng.Of(1, 2, 4, [Full, 7, 9, 0, 1, 2, 3, 0]);
        Assert.Equal<ushort>([0, 0, 0, 0], Image.Decode(png, Rgba with { Size = (1, 1) }).ToArray<ushort>());
        Assert.Equal<ushort>([Full, 7, 9, 0, 1, 2, 3, 0], Image.Decode(png, Rgba).ToArray<ushort>());
        Assert.Equal<ushort>([1, 2, 3, 0], Image.Decode(png, Rgba with { Size = (1, 1), Interpolation = Interpolation.Nearest }).ToArray<ushort>());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void The_margin_of_a_letterbox_is_opaque(int side)
    {
        byte[] png = SixteenBitPng.Of(1, 2, 4, [10, 20, 30, 0, 10, 20, 30, 0]);
        ushort[] received = Image.Decode(png, Rgba with { Size = (side, side), Fit = ImageFit.Letterbox, Fill = 9, Interpolation = Interpolation.Nearest }).ToArray<ushort>();
        ushort[] inside = [10, 20, 30, 0], margin = [9 * 257, 9 * 257, 9 * 257, Full];
        // 1 x 2 in the middle of 2 x 2 begins above; 2 x 4 in the middle of 4 x 4 has a row above and one below.
        int first = (side - (side / 2)) / 2;
        Assert.Equal(Enumerable.Range(0, side * side).SelectMany(i => i / side >= first && i / side < first + (side / 2) ? inside : margin), received);
        Assert.Equal(received.Select(value => value / 257f), Image.Decode(png, Rgba with { Size = (side, side), Fit = ImageFit.Letterbox, Fill = 9, Interpolation = Interpolation.Nearest, DType = DType.Float32 }).ToArray<float>());
    }

    // Lanczos has negative weights.
    [Theory]
    [InlineData(ImageColor.Grey)]
    [InlineData(ImageColor.Rgb)]
    [InlineData(ImageColor.Rgba)]
    public void Numbers_stay_in_their_range_in_another_size(ImageColor color)
    {
        byte[] png = SixteenBitPng.Of(1, 4, 4, [0, 0, 0, Full, 0, 0, 0, 0, Full, Full, Full, Full, Full, Full, Full, 40000]);
        ImageReading reading = new() { Size = (1, 15), Interpolation = Interpolation.Lanczos3, Color = color, DType = DType.Float32 };
        float[] received = Image.Decode(png, reading).ToArray<float>();
        Assert.All(received, number => Assert.InRange(number, 0, 255));
        Assert.Equal(received.Select(number => (ushort)MathF.Round(number * 257)), Image.Decode(png, reading with { DType = DType.UInt16 }).ToArray<ushort>());
    }

    [Fact]
    public void An_opaque_image_has_the_same_colours_with_and_without_its_opacity()
    {
        ushort[] values = [.. Enumerable.Range(0, 6 * 7 * 4).Select(i => i % 4 == 3 ? Full : (ushort)(i * i * 37))];
        byte[] png = SixteenBitPng.Of(6, 7, 4, values);
        Tensor with = Image.Decode(png, Rgba with { Size = (4, 3) }), without = Image.Decode(png, Rgba with { Size = (4, 3), Color = ImageColor.Rgb });
        Assert.Equal(without.ToArray<ushort>(), with[.., .., ..3].ToArray<ushort>());
    }

    // Bytes a pixel: 8 of the file, then 8 or 16 of the tensor, which is filled from them. Not one copy for each step.
    [Theory]
    [InlineData(DType.UInt8, 12)]
    [InlineData(DType.UInt16, 20)]
    [InlineData(DType.Float32, 28)]
    public void Few_copies_are_in_memory(DType dtype, int most)
    {
        const int side = 400;
        byte[] png = SixteenBitPng.Of(side, side, 4, new ushort[side * side * 4]);
        Image.Decode(png, Rgba with { DType = dtype });
        long before = GC.GetAllocatedBytesForCurrentThread();
        Image.Decode(png, Rgba with { DType = dtype });
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (double)(side * side), 8, most);
    }
}
