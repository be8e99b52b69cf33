using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

/// <summary>Deformable convolution and regions of images: their edges and their errors.</summary>
[Collection("Engine settings")]
public class RegionTests
{
    private static readonly Tensor Image = Tensor.Ones([2, 5, 6, 4]), Kernel = Tensor.Ones([3, 3, 4, 2]), Offsets = Tensor.Zeros([2, 3, 4, 18]), Boxes = Tensor.From([0f, 0, 3, 3, 1, 1, 4, 4], [2, 4]), Owners = Tensor.From(0, 1);

    private static readonly Dictionary<string, (Func<object?> Call, Type Type, string Message)> Wrong = new()
    {
        ["no image"] = (() => Kernel.At(0).DeformableConvolution(Kernel, Offsets), typeof(ShapeException), "DeformableConvolution: received an input of shape (3, 4, 2); expected (batch, height, width, channels)."),
        ["integers"] = (() => Image.Cast(DType.Int32).DeformableConvolution(Kernel, Offsets), typeof(DTypeException), "DeformableConvolution: received Int32 (2, 5, 6, 4); expected a floating-point type."),
        ["kernel of another type"] = (() => Image.DeformableConvolution(Kernel.Cast(DType.Float64), Offsets), typeof(DTypeException), "DeformableConvolution: received Float32 (2, 5, 6, 4) and Float64 (3, 3, 4, 2)"),
        ["kernel without filters' axis"] = (() => Image.DeformableConvolution(Kernel.At(0), Offsets), typeof(ShapeException), "DeformableConvolution: received a kernel of shape (3, 4, 2); expected (height, width, channels / groups, filters)."),
        ["groups"] = (() => Image.DeformableConvolution(Kernel, Offsets, groups: 3), typeof(ShapeException), "DeformableConvolution: received an input of shape (2, 5, 6, 4) and a kernel of shape (3, 3, 4, 2) for 3 group(s); expected"),
        ["offsets of x alone"] = (() => Image.DeformableConvolution(Kernel, Tensor.Zeros([2, 3, 4, 9])), typeof(ShapeException),
            "received offsets of shape (2, 3, 4, 9) for an input of shape (2, 5, 6, 4) and a kernel of 3 x 3 cells; expected (2, 3, 4, 18), y and x for each cell"),
        ["offsets of the input's size"] = (() => Image.DeformableConvolution(Kernel, Tensor.Zeros([2, 5, 6, 18])), typeof(ShapeException), "expected (2, 3, 4, 18)"),
        ["sets that do not divide"] = (() => Image.DeformableConvolution(Kernel, Tensor.Zeros([2, 3, 4, 54])), typeof(ShapeException), "which are for 3 sets of channels; the input (2, 5, 6, 4) has 4 channels, which so many sets do not divide."),
        ["mask like offsets"] = (() => Image.DeformableConvolution(Kernel, Offsets, Tensor.Ones([2, 3, 4, 18])), typeof(ShapeException), "received a mask of shape (2, 3, 4, 18) for offsets of shape (2, 3, 4, 18); expected (2, 3, 4, 9), half as many numbers as offsets."),
        ["bias"] = (() => Image.DeformableConvolution(Kernel, Offsets, bias: Tensor.Ones([4])), typeof(ShapeException), "DeformableConvolution: received a bias of shape (4,); expected (2), a number for each filter."),
        ["boxes with their image"] = (() => Image.RoiAlign(Tensor.Zeros([2, 5]), (2, 2), Owners), typeof(ShapeException), "RoiAlign: received boxes of shape (2, 5); expected (boxes, 4), the left, top, right and bottom edge of each."),
        ["one box without axis"] = (() => Image.RoiPool(Tensor.Zeros([4]), (2, 2), Tensor.Zeros([4], DType.Int32)), typeof(ShapeException), "RoiPool: received boxes of shape (4,); expected (boxes, 4)"),
        ["no images of boxes"] = (() => Image.RoiAlign(Boxes, (2, 2)), typeof(ArgumentNullException), "RoiAlign: received 2 images and no number of the image of each box; expected integers of shape (2)."),
        ["fractions of images"] = (() => Image.RoiAlign(Boxes, (2, 2), Owners.Cast(DType.Float32)), typeof(DTypeException), "RoiAlign: received numbers of images of Float32 (2,); expected integers. Cast them."),
        ["images of other boxes"] = (() => Image.RoiPool(Boxes, (2, 2), Tensor.From(0, 1, 1)), typeof(ShapeException), "RoiPool: received the numbers of images of shape (3,) for boxes of shape (2, 4); expected (2), one for each box."),
        ["image that is not there"] = (() => Image.RoiAlign(Boxes, (2, 2), Tensor.From(0, 2)), typeof(ArgumentOutOfRangeException), "RoiAlign: received image 2 for box 1; there are 2 images, 0 to 1."),
        ["image before the first"] = (() => Image.RoiPool(Boxes, (2, 2), Tensor.From(-1, 0)), typeof(ArgumentOutOfRangeException), "RoiPool: received image -1 for box 0; there are 2 images, 0 to 1."),
        ["negative size"] = (() => Image.RoiAlign(Boxes, (2, -1), Owners), typeof(ArgumentOutOfRangeException), "RoiAlign: received the output size (2, -1); both must be 1 or more."),
        ["no scale"] = (() => Image.RoiPool(Boxes, (2, 2), Owners, scale: 0), typeof(ArgumentOutOfRangeException), "RoiPool: received the scale 0; expected a number above 0"),
        ["negative ratio"] = (() => Image.RoiAlign(Boxes, (2, 2), Owners, samplingRatio: -1), typeof(ArgumentOutOfRangeException), "RoiAlign: received -1 samples for an output along each axis; expected 1 to 1024, or 0"),
        ["far too many samples"] = (() => Image.RoiAlign(Boxes, (2, 2), Owners, samplingRatio: 1_000_000_000), typeof(ArgumentOutOfRangeException), "RoiAlign: received 1000000000 samples for an output along each axis; expected 1 to 1024, or 0"),
        ["NaN"] = (() => Image.RoiAlign(Tensor.From([0f, 0, 3, 3, 1, float.NaN, 4, 4], [2, 4]), (2, 2), Owners), typeof(ArgumentOutOfRangeException), "RoiAlign: received the number NaN in box 1; expected finite coordinates."),
        ["NaN of the largest"] = (() => Image.RoiAlign(Boxes * float.PositiveInfinity, (2, 2), Owners, largest: true), typeof(ArgumentOutOfRangeException), "RoiAlign: received the number NaN in box 0; expected finite coordinates."),
        ["image without pixels"] = (() => Tensor.Ones([1, 0, 6, 4]).RoiPool(Boxes, (2, 2)), typeof(ShapeException), "RoiPool: received an input of shape (1, 0, 6, 4); an image without pixels has no regions."),
        ["negative power"] = (() => Tensor.From(2, 3).Pow(Tensor.From(1, -1)), typeof(ArgumentOutOfRangeException), "Pow: received the integer 3 to the power -1, which is no integer. Cast the tensor to a floating-point type"),
        ["gather beyond the beginning"] = (() => Boxes.Gather(Tensor.From(-3), fromEnd: true), typeof(ArgumentOutOfRangeException), "Gather: received index -3; axis 0 of (2, 4) has positions -2 to 1."),
    };

    public static TheoryData<string> Names => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_error_says_what_was_received_and_expected(string name) =>
        Assert.Contains(Wrong[name].Message, Assert.Throws(Wrong[name].Type, Wrong[name].Call).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_offsets_it_is_a_convolution()
    {
        Tensor x = new RandomKey(1).Normal([2, 7, 6, 4]), kernel = new RandomKey(2).Normal([3, 2, 2, 6]), expected = x.Convolution(kernel, null, (2, 1), Padding.Same, groups: 2);
        Tensor received = x.DeformableConvolution(kernel, Tensor.Zeros([2, 4, 6, 24]), strides: (2, 1), padding: Padding.Same, groups: 2);
        Assert.All(expected.ToArray<float>().Zip(received.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void No_boxes_give_no_outputs_and_a_gradient_of_zeros()
    {
        Tensor none = Tensor.Zeros([0, 4]);
        foreach (Func<Tensor, Tensor> function in (Func<Tensor, Tensor>[])[x => x.RoiAlign(none, (2, 3), Tensor.Zeros([0], DType.Int32)), x => x.RoiAlign(none, (2, 3), Tensor.Zeros([0], DType.Int32), largest: true), x => x.RoiPool(none, (2, 3), Tensor.Zeros([0], DType.Int32))])
        {
            Assert.Equal([0, 2, 3, 4], function(Image).Shape);
            Assert.All(Gradient.Of(function)(Image).ToArray<float>(), number => Assert.Equal(0, number));
            Assert.Equal([0, 2, 3, 4], Function.Compile(function)(Image).Shape);
        }
    }

    [Fact]
    public void A_box_without_extent_or_far_away_or_huge_ends()
    {
        Tensor image = Tensor.Ones([1, 5, 6, 2]);
        Tensor boxes = Tensor.From([2f, 2, 2, 2, 4, 4, 1, 1, 1e9f, 1e9f, 1e9f, 1e9f, -1e30f, -1e30f, 1e30f, 1e30f], [4, 4]);
        // Half a pixel aside, the first two have no samples; the last two none near the image, or so many that those near it are none of them.
        Assert.All(image.RoiAlign(boxes, (2, 2), aligned: true).ToArray<float>(), number => Assert.Equal(0, number, 1e-6));
        // Otherwise a box is at least one pixel.
        float[] least = image.RoiAlign(boxes, (2, 2)).ToArray<float>();
        Assert.All(least[..16], number => Assert.Equal(1, number, 1e-6));
        Assert.All(least[16..], number => Assert.Equal(0, number, 1e-6));
        Assert.All(image.RoiAlign(boxes, (2, 2), largest: true).ToArray<float>()[16..24], number => Assert.Equal(0, number));
        Assert.Equal([1f, 1, 1, 1], image.RoiPool(boxes, (2, 1)).ToArray<float>()[..4]);
        Assert.Equal([0f, 0, 0, 0], image.RoiPool(boxes, (2, 1)).ToArray<float>()[8..12]);
    }

    [Fact]
    public void The_largest_of_numbers_below_zero_is_the_zero_beyond_the_edge()
    {
        Tensor image = Tensor.Full([1, 3, 3, 1], -2f);
        Assert.Equal(0, image.RoiAlign(Tensor.From([-9f, 0, 2, 2], [1, 4]), (1, 1), largest: true).Item<float>());
        Assert.True(image.RoiAlign(Tensor.From([0.25f, 0.25f, 1.25f, 1.25f], [1, 4]), (1, 1), largest: true).Item<float>() < 0);
        Assert.Equal(-2, image.RoiPool(Tensor.From([0f, 0, 2, 2], [1, 4]), (1, 1)).Item<float>());
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        Tensor image = new RandomKey(3).Normal([2, 40, 30, 37]), boxes = new RandomKey(4).Uniform([9, 2], 0, 20), owners = Tensor.From(0, 1, 1, 0, 1, 1, 0, 0, 1);
        boxes = Tensor.Concatenate([boxes, boxes + new RandomKey(5).Uniform([9, 2], 0, 20)], 1);
        Tensor kernel = new RandomKey(6).Normal([3, 3, 37, 5]), offsets = new RandomKey(7).Normal([2, 40, 30, 18]);
        int before = Engine.Threads;
        try
        {
            float[][] results = [.. new[] { 1, 2, 4 }.Select(threads =>
            {
                Engine.Threads = threads;
                GradientTape tape = new();
                (Tensor x, Tensor moved) = (tape.Watch(image), tape.Watch(offsets));
                Tensor[] outputs = [x.RoiAlign(boxes, (3, 4), owners), x.RoiAlign(boxes, (3, 4), owners, largest: true), x.RoiPool(boxes, (3, 4), owners), x.DeformableConvolution(kernel, moved, padding: Padding.Same)];
                IReadOnlyList<Tensor> gradients = tape.Gradients(outputs.Select(output => output.Square().Sum()).Aggregate((sum, term) => sum + term));
                return (float[])[.. outputs.Concat(gradients).SelectMany(tensor => tensor.ToArray<float>())];
            })];
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            Engine.Threads = before;
        }
    }

    [Fact]
    public void NaN_is_larger_than_all()
    {
        foreach (int channels in (int[])[1, 40])
        {
            Tensor image = Tensor.Where(Tensor.Range(0, 9).Reshape(1, 3, 3, 1).Equal(4L), Tensor.Scalar(float.NaN), Tensor.Ones([1, 3, 3, channels]));
            Assert.All(image.RoiPool(Tensor.From([0f, 0, 2, 2], [1, 4]), (1, 1)).ToArray<float>(), number => Assert.True(float.IsNaN(number)));
            Assert.All(image.RoiPool(Tensor.From([0f, 0, 2, 2], [1, 4]), (3, 3)).ToArray<float>()[..channels], number => Assert.Equal(1, number));
        }
    }

    [Fact]
    public void Vectors_and_single_numbers_find_the_same_pixels()
    {
        Tensor image = new RandomKey(3).Normal([1, 9, 9, 37]), boxes = Tensor.From([0f, 1, 7, 6, 2, 2, 3, 8], [2, 4]);
        foreach (Func<Tensor, Tensor> function in (Func<Tensor, Tensor>[])[x => x.RoiPool(boxes, (2, 3)), x => x.RoiAlign(boxes, (2, 3), largest: true)])
        {
            float[] single = [.. Enumerable.Range(0, 37).SelectMany(c => function(image.Slice(c, c + 1, axis: 3)).ToArray<float>())];
            Assert.Equal(single, function(image).MoveAxis(-1, 0).ToArray<float>());
        }
    }

    [Fact]
    public void Integer_powers_go_round_and_keep_their_type()
    {
        Assert.Equal([1, -8, 81], Tensor.From(5, -2, 3).Pow(Tensor.From(0, 3, 4)).ToArray<int>());
        Assert.Equal([unchecked((byte)(7 * 7 * 7))], Tensor.From(7).Cast(DType.UInt8).Pow(3).ToArray<byte>());
        Assert.Equal(DType.Float32, Tensor.From(2, 3).Pow(0.5).DType);
    }
}
