using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Verification;

namespace Laminet.Tests.Layers;

/// <summary>Masks and boxes move with their images; windows and fill modes are those of Keras.</summary>
public class ImageGeometryTests
{
    private static readonly Func<BoundingBoxFormat, GeometricLayer>[] Layers =
    [
        format => new RandomFlip(boundingBoxFormat: format), format => new RandomRotation(0.05, FillMode.Constant, boundingBoxFormat: format),
        format => new RandomTranslation(0.2, 0.2, FillMode.Constant, boundingBoxFormat: format), format => new RandomZoom(0.3, 0.3, FillMode.Constant, boundingBoxFormat: format),
        format => new RandomShear(0.15, 0.15, fillMode: FillMode.Constant, boundingBoxFormat: format), format => new RandomPerspective([1, 1], 0.3, boundingBoxFormat: format),
        format => new RandomCrop(30, 36, format), format => new CenterCrop(31, 33, format), format => new CenterCrop(60, 50, format), format => new Resizing(61, 29, boundingBoxFormat: format),
        format => new Resizing(30, 30, cropToAspectRatio: true, boundingBoxFormat: format), format => new Resizing(50, 30, padToAspectRatio: true, boundingBoxFormat: format),
        format => new RandAugment([0, 1], 1, 0.4, boundingBoxFormat: format),
    ];

    public static TheoryData<int> Places => [.. Enumerable.Range(0, Layers.Length)];

    [Theory]
    [MemberData(nameof(Places))]
    public void Boxes_and_masks_follow_the_pixels(int place)
    {
        const int count = 40;
        // A white rectangle 12 to 27, 9 to 22 on black, its mask, and its box.
        Tensor rows = Tensor.Range(0, 40).Reshape(1, 40, 1, 1), columns = Tensor.Range(0, 48).Reshape(1, 1, 48, 1);
        Tensor mask = rows.GreaterEqual(9).And(rows.Less(22)).And(columns.GreaterEqual(12)).And(columns.Less(27)).BroadcastTo([count, 40, 48, 1]);
        Tensor image = mask.Cast(DType.Float32).BroadcastTo([count, 40, 48, 3]);
        foreach (BoundingBoxFormat format in Enum.GetValues<BoundingBoxFormat>())
        {
            GeometricLayer layer = Layers[place](format);
            Tensor box = BoundingBoxes.FromCorners(Tensor.From([12f, 9, 27, 22], [1, 1, 4]), format, 40, 48).BroadcastTo([count, 1, 4]);
            Bundle<Tensor> moved = layer.Call(
                new Bundle<Tensor> { ["bounding_boxes"] = box, ["images"] = image, ["segmentation_masks"] = mask.Squeeze(-1).Cast(DType.Int32) * 6 }, new RandomKey(3));
            (int height, int width) = (moved["images"].Shape[1], moved["images"].Shape[2]);
            Assert.Equal(new TensorSpec([count, height, width], DType.Int32), moved["segmentation_masks"].Spec);
            double[] corners = BoundingBoxes.ToCorners(moved["bounding_boxes"], format, height, width).Cast(DType.Float64).ToArray<double>();
            int[] pixels = moved["segmentation_masks"].ToArray<int>();
            Assert.All(pixels, pixel => Assert.True(pixel is 0 or 6));
            for (int i = 0; i < count; i++)
            {
                (int Y, int X)[] lit = [.. Enumerable.Range(0, height * width).Where(pixel => pixels[(i * height * width) + pixel] == 6).Select(pixel => Math.DivRem(pixel, width))];
                Assert.NotEmpty(lit);
                double[] expected = [lit.Min(pixel => pixel.X), lit.Min(pixel => pixel.Y), lit.Max(pixel => pixel.X) + 1, lit.Max(pixel => pixel.Y) + 1];
                // A corner of a turned rectangle need not reach the centre of a pixel.
                for (int side = 0; side < 4; side++)
                    Assert.True(Math.Abs(expected[side] - corners[(4 * i) + side]) < 1.6, $"{layer.GetType().Name} {format}: side {side} of box {i} is {corners[(4 * i) + side]}, of pixels {expected[side]}");
            }
        }
    }

    [Fact]
    public void A_mirrored_box_is_measured_by_edges()
    {
        // Trap A12.
        Tensor image = Tensor.Range(0, 640, DType.Float32).Reshape(1, 1, 640, 1).BroadcastTo([1, 200, 640, 1]);
        Bundle<Tensor> data = new() { ["images"] = image, ["bounding_boxes"] = Tensor.From([0f, 0, 100, 100], [1, 1, 4]) };
        Bundle<Tensor>[] results = [.. Enumerable.Range(0, 12).Select(key => new RandomFlip(FlipMode.Horizontal).Call(data, new RandomKey((ulong)key)))];
        Assert.Contains(results, result => result["images"].ToArray<float>()[0] == 0);
        Bundle<Tensor> mirrored = results.First(result => result["images"].ToArray<float>()[0] == 639);
        Assert.Equal([540f, 0, 640, 100], mirrored["bounding_boxes"].ToArray<float>());
    }

    [Fact]
    public void What_is_lost_is_marked()
    {
        // To the right by half of 20: inside, cut off, lost, less than a pixel left, not there.
        Tensor boxes = Tensor.From([0f, 0, 5, 5, 5, 5, 15, 15, 12, 2, 18, 8, 0, 0, 10.5f, 0.5f, -1, -1, -1, -1], [1, 5, 4]), labels = Tensor.From([3, 4, 5, 6, 7], [1, 5]);
        Bundle<Tensor> moved = new RandomTranslation([0, 0], [0.5, 0.5]).Call(
            new Bundle<Tensor> { ["bounding_box_labels"] = labels, ["images"] = Tensor.Zeros([1, 20, 20, 1]), ["bounding_boxes"] = boxes }, training: true);
        Assert.Equal(["bounding_box_labels", "images", "bounding_boxes"], moved.Names);
        Assert.Equal([10f, 0, 15, 5, 15, 5, 20, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1], moved["bounding_boxes"].ToArray<float>());
        Assert.Equal([3, 4, -1, -1, -1], moved["bounding_box_labels"].ToArray<int>());
        // In inference nothing moves.
        Assert.Equal(boxes.ToArray<float>(), new RandomTranslation(0.5, 0.5).Call(new Bundle<Tensor> { ["images"] = Tensor.Zeros([1, 20, 20, 1]), ["bounding_boxes"] = boxes })["bounding_boxes"].ToArray<float>());
    }

    [Fact]
    public void A_number_of_boxes()
    {
        Bundle<Tensor> data = new() { ["images"] = Tensor.Zeros([2, 4, 4, 1]), ["bounding_boxes"] = Tensor.Ones([2, 3, 4]), ["bounding_box_labels"] = Tensor.Ones([2, 3], DType.Int32) };
        Bundle<Tensor> more = new MaxNumBoundingBoxes(4).Call(data), fewer = new MaxNumBoundingBoxes(2).Call(data);
        Assert.Equal([1, 1, 1, -1, 1, 1, 1, -1], more["bounding_box_labels"].ToArray<int>());
        Assert.Equal([1, 1, 1, 1, -1, -1, -1, -1], more["bounding_boxes"].Slice(2, 4, axis: 1).At(1).ToArray<float>());
        Assert.Equal(new Shape(2, 2, 4), fewer["bounding_boxes"].Shape);
        Assert.Equal(new Shape(2, 4, 4, 1), fewer["images"].Shape);
    }

    [Fact]
    public void Positive_rotations_are_counter_clockwise()
    {
        // Trap A9.
        Tensor image = Tensor.From([1f, 2, 3, 4], [2, 2, 1]);
        foreach (Interpolation by in new[] { Interpolation.Bilinear, Interpolation.Nearest })
            Near.Equal([2.0, 4, 1, 3], new RandomRotation([0.25, 0.25], interpolation: by).Call(image, training: true), 1e-5);
    }

    [Theory]
    [InlineData(FillMode.Reflect, new[] { 2.0, 1, 1, 2 })]
    [InlineData(FillMode.Wrap, new[] { 3.0, 4, 1, 2 })]
    [InlineData(FillMode.Nearest, new[] { 1.0, 1, 1, 2 })]
    [InlineData(FillMode.Constant, new[] { 0.0, 0, 1, 2 })]
    [InlineData(FillMode.Mirror, new[] { 3.0, 2, 1, 2 })]
    public void Beyond_the_edges(FillMode fill, double[] expected) =>
        // Trap A10: a row shifted to the right by two.
        Near.Equal(expected, new RandomTranslation(0, [0.5, 0.5], fill).Call(Tensor.From([1f, 2, 3, 4], [1, 4, 1]), training: true), 0);

    [Fact]
    public void A_mask_keeps_its_classes()
    {
        // Trap A11.
        Tensor mask = new RandomKey(2).Bernoulli([9, 20, 20, 1], 0.5).Cast(DType.UInt8) * 6;
        Bundle<Tensor> moved = new RandomRotation(0.5).Call(new Bundle<Tensor> { ["images"] = mask.Cast(DType.Float32), ["segmentation_masks"] = mask }, training: true);
        Assert.Equal(DType.UInt8, moved["segmentation_masks"].DType);
        Assert.All(moved["segmentation_masks"].ToArray<byte>(), label => Assert.True(label is 0 or 6));
        Assert.Contains(moved["images"].ToArray<float>(), pixel => pixel is > 1 and < 5);
    }

    [Theory]
    [InlineData(5, 2, 1)]
    [InlineData(7, 4, 1)]
    [InlineData(8, 5, 1)]
    [InlineData(4, 3, 0)]
    [InlineData(9, 2, 3)]
    public void The_middle_begins_at_the_floor_of_half_the_rest(int width, int size, int start)
    {
        // Trap A6.
        Tensor row = Tensor.Range(0, width, DType.Float32).Reshape(1, width, 1);
        Assert.Equal(start, new CenterCrop(1, size).Call(row).ToArray<float>()[0]);
    }

    [Fact]
    public void Random_windows_are_everywhere_as_often()
    {
        Tensor image = Tensor.Range(0, 20, DType.Float32).Reshape(1, 4, 5, 1).BroadcastTo([3000, 4, 5, 1]);
        Tensor crops = new RandomCrop(2, 3).Call(image, new RandomKey(4));
        float[] first = crops.Reshape(3000, 6).At(0, 1).ToArray<float>();
        Assert.Equal(first.SelectMany(pixel => new[] { pixel, pixel + 1, pixel + 2, pixel + 5, pixel + 6, pixel + 7 }), crops.ToArray<float>());
        var counts = first.CountBy(pixel => pixel).ToDictionary();
        Assert.Equal(9, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 333 - 87, 333 + 87));
        // Outside training, and of smaller images, the largest window in the middle.
        Assert.Equal(new CenterCrop(2, 3).Call(Tensor.Zeros([1, 2, 3, 1])).Shape, new RandomCrop(2, 3).Call(image).At(0).ExpandDims(0).Shape);
        Assert.Equal(new Shape(3000, 8, 8, 1), new RandomCrop(8, 8).Call(image, training: true).Shape);
    }

    [Theory]
    [InlineData(48, 50)]
    [InlineData(96, 50)]
    [InlineData(96, 100)]
    public void Nearest_pixels_are_the_same_for_every_type(int old, int size)
    {
        Tensor row = Tensor.Range(0, old, DType.Int32).Reshape(1, old, 1);
        int[] expected = [.. Enumerable.Range(0, size).Select(i => Math.Min(old - 1, ((2 * i) + 1) * old / (2 * size)))];
        foreach (DType type in (DType[])[DType.UInt8, DType.Int64, DType.Float32, DType.Float64])
            Assert.Equal(expected, new Resizing(1, size, Interpolation.Nearest) { DType = type.IsFloat() ? type : DType.Float32 }.Call(row.Cast(type)).Cast(DType.Int32).ToArray<int>());
    }

    [Fact]
    public void Labels_that_do_not_belong_to_boxes_are_refused()
    {
        foreach (Shape wrong in (Shape[])[[2], [2, 2]])
        {
            Bundle<Tensor> data = new() { ["images"] = Tensor.Zeros([2, 4, 4, 1]), ["bounding_boxes"] = Tensor.Ones([2, 3, 4]), ["bounding_box_labels"] = Tensor.Zeros(wrong, DType.Int32) };
            Assert.Contains($"received bounding box labels of shape {wrong}; expected (batch, boxes, ...), one for each bounding box.",
                Assert.Throws<ShapeException>(() => new RandomFlip().Call(data, new RandomKey(1))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Resized_bytes_stay_bytes()
    {
        Tensor bytes = Tensor.From(new byte[] { 0, 255, 255, 0 }, [2, 2, 1]);
        Tensor resized = new Resizing(1, 1).Call(bytes);
        Assert.Equal((DType.UInt8, (byte)128), (resized.DType, resized.ToArray<byte>()[0]));
        byte[] column = new Resizing(2, 4, Interpolation.Nearest, padToAspectRatio: true, fillValue: 7).Call(Tensor.From(new byte[] { 0, 255 }, [2, 1, 1])).ToArray<byte>();
        Assert.Equal(new byte[] { 7, 0, 7, 7, 7, 255, 7, 7 }, column);
    }

    [Fact]
    public void Rubber_moves_pixels_a_little_and_masks_alike()
    {
        // Coordinates as pixels: what is read tells from where.
        Tensor x = Tensor.Range(0, 40, DType.Float32).Reshape(1, 1, 40, 1).BroadcastTo([50, 40, 40, 1]);
        RandomElasticTransform layer = new([1, 1], [1, 1]);
        Bundle<Tensor> moved = layer.Call(new Bundle<Tensor> { ["images"] = x, ["segmentation_masks"] = x.Cast(DType.Int32) }, new RandomKey(6));
        Tensor distance = (moved["images"] - x).Slice(10, 30, axis: 2);
        // Noise of deviation sigma, blurred over sigma = 2 pixels, has the deviation sigma / (2 sqrt(pi) sigma); times 4.
        double expected = 4 / (2 * Math.Sqrt(Math.PI));
        Assert.Equal(expected, Math.Sqrt(distance.Square().Mean().ToDouble()), 0.1 * expected);
        Assert.Equal(0, distance.Mean().ToDouble(), 0.1);
        Assert.True((moved["segmentation_masks"].Cast(DType.Float32) - moved["images"]).Slice(10, 30, axis: 2).Abs().Max().ToDouble() <= 0.51);
    }
}
