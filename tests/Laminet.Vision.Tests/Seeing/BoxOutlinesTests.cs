using Laminet.Metrics.Detection;
using Laminet.Tensors;
using Laminet.Vision.Seeing;

namespace Laminet.Vision.Tests.Seeing;

public class BoxOutlinesTests
{
    // Orange, blue, and the ground.
    private static readonly byte[] First = [213, 94, 0], Second = [0, 114, 178], Ground = [7, 7, 7];

    [Fact]
    public void Lines_lie_inside_their_boxes()
    {
        string[] expected =
        [
            "......",
            ".aaaa.",
            ".a..a.",
            ".a..a.",
            ".aaaa.",
        ];
        Assert.Equal(expected, Drawn(5, 6, [new TrueBox(new Box(1, 1, 5, 5), 0)], thickness: 1));
        // 0.6 and 5.4 are rounded to 1 and 5; class 7 has the first colour again.
        Assert.Equal(expected, Drawn(5, 6, [new TrueBox(new Box(0.6, 1.2, 5.4, 4.8), 7)], thickness: 1));
    }

    [Fact]
    public void Later_boxes_lie_over_earlier_ones_and_thick_lines_fill_small_boxes() =>
        Assert.Equal(
            [
                "aaaabb",
                "aaaabb",
                "aaaabb",
                "aaaaa.",
                "aaaaa.",
            ],
            Drawn(5, 6, [new TrueBox(new Box(0, 0, 5, 5), 0), new TrueBox(new Box(4, 0, 6, 3), 1)], thickness: 3));

    [Fact]
    public void What_lies_outside_is_cut_off()
    {
        // The left side lies outside and is not drawn at the edge.
        Assert.Equal(["aaa.", "..a.", "aaa."], Drawn(3, 4, [new TrueBox(new Box(-9, 0, 3, 3), 0)], thickness: 1));
        Assert.Equal(["....", "...."], Drawn(2, 4, [new TrueBox(new Box(50, 0, 60, 3), 0), new TrueBox(new Box(-1e300, -1e300, 1e300, 1e300), 0), new TrueBox(new Box(3, 1, 2, 0), 1)], thickness: 1));
    }

    [Fact]
    public void The_best_detection_lies_on_top()
    {
        FoundBox[] found = [new(new Box(0, 0, 2, 1), 0, 0.9), new(new Box(1, 0, 3, 1), 1, 0.5)];
        Assert.Equal(["aab"], Rows(BoxOutlines.Over(Tensor.Full([1, 3, 1], 7f), found)));
    }

    [Fact]
    public void Images_of_three_colours_and_of_bytes_keep_their_pixels()
    {
        Tensor image = Tensor.From([1, 2, 3, 250, 251, 252], [1, 2, 3]);
        Assert.Equal([1, 2, 3, 213, 94, 0], BoxOutlines.Over(image.Cast(DType.UInt8), [new TrueBox(new Box(1, 0, 2, 1), 0)]).ToArray<byte>());
        Assert.Equal([0, 2, 255], BoxOutlines.Over(Tensor.From([-4f, 1.6f, 300f], [1, 1, 3]), (TrueBox[])[]).ToArray<byte>());
    }

    [Fact]
    public void Wrong_arguments_are_told()
    {
        Assert.Equal("BoxOutlines: received an image of shape (4, 4); expected (height, width, 1 or 3).", Assert.Throws<ShapeException>(() => BoxOutlines.Over(Tensor.Zeros([4, 4]), (TrueBox[])[])).Message);
        Assert.Equal("Received thickness = 0; expected 1 or more. (Parameter 'thickness')", Assert.Throws<ArgumentOutOfRangeException>(() => BoxOutlines.Over(Tensor.Zeros([4, 4, 1]), (TrueBox[])[], thickness: 0)).Message);
        foreach (TrueBox wrong in (TrueBox[])[new(new Box(0, 0, 1, 1), -1), new(new Box(double.NaN, 0, 1, 1), 0), new(new Box(0, 0, double.PositiveInfinity, 1), 0)])
            Assert.Contains("expected finite sides and a class of 0 or more.", Assert.Throws<ArgumentException>(() => BoxOutlines.Over(Tensor.Zeros([4, 4, 1]), [wrong])).Message, StringComparison.Ordinal);
    }

    private static string[] Drawn(int height, int width, TrueBox[] boxes, int thickness) => Rows(BoxOutlines.Over(Tensor.Full([height, width, 1], 7f), boxes, thickness));

    private static string[] Rows(Tensor drawn)
    {
        byte[] pixels = drawn.ToArray<byte>();
        int width = drawn.Shape[1];
        return [.. Enumerable.Range(0, drawn.Shape[0]).Select(row => string.Concat(Enumerable.Range(0, width).Select(column => Letter(pixels.AsSpan(((row * width) + column) * 3, 3)))))];
    }

    private static char Letter(ReadOnlySpan<byte> pixel) => pixel.SequenceEqual(First) ? 'a' : pixel.SequenceEqual(Second) ? 'b' : pixel.SequenceEqual(Ground) ? '.' : '?';
}
