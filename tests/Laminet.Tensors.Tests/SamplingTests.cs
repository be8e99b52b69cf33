namespace Laminet.Tensors.Tests;

/// <summary>Images at other places: cases that are exact, far away or refused.</summary>
[Collection("Engine settings")]
public class SamplingTests
{
    private static readonly Tensor Identity = Tensor.From([1f, 0, 0, 0, 1, 0, 0, 0]);

    [Fact]
    public void The_identity_changes_no_bit()
    {
        Tensor images = new RandomKey(3).Normal([3, 17, 23, 3]);
        foreach (FillMode fill in Enum.GetValues<FillMode>())
        {
            foreach (Interpolation interpolation in new[] { Interpolation.Bilinear, Interpolation.Nearest })
                Assert.Equal(images.ToArray<float>(), images.AffineTransform(Identity, interpolation, fill, double.NaN).ToArray<float>());
        }
    }

    [Theory]
    [InlineData(FillMode.Reflect, new[] { 2f, 1, 1, 2 })]
    [InlineData(FillMode.Wrap, new[] { 3f, 4, 1, 2 })]
    [InlineData(FillMode.Nearest, new[] { 1f, 1, 1, 2 })]
    [InlineData(FillMode.Constant, new[] { 0f, 0, 1, 2 })]
    [InlineData(FillMode.Mirror, new[] { 3f, 2, 1, 2 })]
    public void A_row_shifted_right_by_two(FillMode fill, float[] expected)
    {
        Tensor row = Tensor.From([1f, 2, 3, 4], [1, 1, 4, 1]), shift = Tensor.From([1f, 0, -2, 0, 1, 0, 0, 0]);
        Assert.Equal(expected, row.AffineTransform(shift, Interpolation.Bilinear, fill).ToArray<float>());
        Assert.Equal(expected, row.AffineTransform(shift, Interpolation.Nearest, fill).ToArray<float>());
        Assert.Equal(expected.Select(value => (byte)value), row.Cast(DType.UInt8).AffineTransform(shift, Interpolation.Nearest, fill).ToArray<byte>());
    }

    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    public void The_centres_of_the_pixels_give_them_bit_by_bit(Interpolation interpolation)
    {
        foreach (Tensor images in new[] { new RandomKey(3).Normal([2, 5, 7, 3]), new RandomKey(4).Normal([2, 3, 4, 5, 9]) })
        {
            Tensor[] axes = [.. images.Shape.Skip(1).SkipLast(1).Select(length => Tensor.Range(0, length, DType.Float32))];
            Tensor places = Tensor.Stack([.. Tensor.Meshgrid(axes, false).Reverse()], -1).ExpandDims(0);
            places = places.BroadcastTo(Shape.Create([2, .. places.Shape.Skip(1)]));
            foreach (FillMode fill in Enum.GetValues<FillMode>())
                Assert.Equal(images.ToArray<float>(), images.SampleAt(places, interpolation, fill, double.NaN).ToArray<float>());
        }
    }

    // Beyond the reach of its curve the constant itself, not a sum of weights times it; the slopes there are 0, and those of a bright, flat image too.
    [Theory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    public void Flat_surroundings_have_no_slope(Interpolation interpolation)
    {
        Tensor volume = Tensor.Full([1, 3, 4, 5, 2], 1e6, DType.Float32), places = Tensor.From([-20.3f, 1.2f, 0.7f, 1.37f, 1.61f, 0.83f], [1, 1, 1, 2, 3]);
        Assert.Equal([0.1f, 0.1f], volume.SampleAt(places, interpolation, FillMode.Constant, 0.1f).ToArray<float>()[..2]);
        Tensor slopes = Autodiff.Gradient.Of(at => volume.SampleAt(at, interpolation, FillMode.Nearest).Sum())(places);
        Assert.Equal(new float[6], slopes.ToArray<float>());
        Assert.Equal(new float[3], Autodiff.Gradient.Of(at => volume.SampleAt(at, interpolation, FillMode.Constant, 0.1).Sum())(places).ToArray<float>()[..3]);
    }

    [Fact]
    public void Places_that_are_no_numbers_or_far_away_are_beyond_the_edges()
    {
        Tensor image = Tensor.From([1f, 2, 3, 4], [1, 2, 2, 1]);
        foreach (float far in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -1e20f })
        {
            Tensor places = Tensor.From([far, 0f, 0f, far, far, far], [1, 1, 3, 2]);
            foreach (Interpolation interpolation in new[] { Interpolation.Bilinear, Interpolation.Nearest })
            {
                Assert.Equal([7f, 7, 7], image.SampleAt(places, interpolation, FillMode.Constant, 7).ToArray<float>());
                foreach (FillMode fill in new[] { FillMode.Reflect, FillMode.Wrap, FillMode.Nearest, FillMode.Mirror })
                    Assert.All(image.SampleAt(places, interpolation, fill).ToArray<float>(), pixel => Assert.InRange(pixel, 1, 4));
            }

            Tensor inVolume = Tensor.From([0f, far, 0, 0, 0, far], [1, 1, 1, 2, 3]), volume = image.ExpandDims(1);
            foreach (Interpolation interpolation in new[] { Interpolation.Bilinear, Interpolation.Nearest, Interpolation.Bicubic })
            {
                Assert.Equal([7f, 7], volume.SampleAt(inVolume, interpolation, FillMode.Constant, 7).ToArray<float>());
                foreach (FillMode fill in new[] { FillMode.Reflect, FillMode.Wrap, FillMode.Nearest, FillMode.Mirror })
                    Assert.All(volume.SampleAt(inVolume, interpolation, fill).ToArray<float>(), pixel => Assert.InRange(pixel, 1, 4));
            }
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        Tensor images = new RandomKey(1).Normal([9, 40, 50, 3]);
        Tensor transforms = (new RandomKey(2).Normal([9, 8], deviation: 0.1) * Tensor.From([1f, 1, 30, 1, 1, 30, 0.01f, 0.01f])) + Identity;
        Tensor places = new RandomKey(4).Uniform([9, 30, 20, 2], -3, 52);
        int before = Engine.Threads;
        try
        {
            float[][] results = [.. new[] { 1, 2, 4 }.Select(threads =>
            {
                Engine.Threads = threads;
                Tensor read = images.AffineTransform(transforms, fillMode: FillMode.Reflect);
                Tensor ofCurves = Autodiff.Gradient.Of(x => x.SampleAt(places, Interpolation.Bicubic, FillMode.Mirror).Square().Sum())(images);
                return read.ToArray<float>().Concat(Autodiff.Gradient.Of(x => x.AffineTransform(transforms, fillMode: FillMode.Reflect).Square().Sum())(images).ToArray<float>()).Concat(ofCurves.ToArray<float>()).ToArray();
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
    public void What_does_not_fit_is_refused()
    {
        Tensor images = Tensor.Zeros([2, 3, 4, 1]);
        Assert.Equal("AffineTransform: received transforms of shape (3, 8) for images of shape (2, 3, 4, 1); expected (8) or (2, 8).",
            Assert.Throws<ShapeException>(() => images.AffineTransform(Tensor.Zeros([3, 8]))).Message);
        Assert.Equal("SampleAt: received coordinates of shape (2, 5, 5, 3) for images of shape (2, 3, 4, 1); expected (2, height, width, 2).",
            Assert.Throws<ShapeException>(() => images.SampleAt(Tensor.Zeros([2, 5, 5, 3]))).Message);
        Assert.Equal("SampleAt: received coordinates of shape (2, 5, 5, 3) for volumes of shape (2, 3, 4, 5, 1); expected (2, depth, height, width, 3).",
            Assert.Throws<ShapeException>(() => Tensor.Zeros([2, 3, 4, 5, 1]).SampleAt(Tensor.Zeros([2, 5, 5, 3]))).Message);
        Assert.Equal("SampleAt: received an input of shape (3, 4, 1); expected images (batch, height, width, channels) or volumes (batch, depth, height, width, channels). "
            + "A single one needs a batch axis (ExpandDims(0)), a grey one a channel axis (ExpandDims(-1)).", Assert.Throws<ShapeException>(() => Tensor.Zeros([3, 4, 1]).SampleAt(Tensor.Zeros([2, 5, 5, 3]))).Message);
        Assert.Contains("received the interpolation Box; expected Nearest, Bilinear or Bicubic.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Zeros([2, 3, 4, 5, 1]).SampleAt(Tensor.Zeros([2, 1, 5, 5, 3]), Interpolation.Box)).Message, StringComparison.Ordinal);
        Assert.Contains("expected Nearest, Bilinear or Bicubic.", Assert.Throws<ArgumentOutOfRangeException>(() => images.SampleAt(Tensor.Zeros([2, 5, 5, 2]), Interpolation.Lanczos3)).Message, StringComparison.Ordinal);
        Assert.Contains("there are no pixels to read.", Assert.Throws<ShapeException>(() => Tensor.Zeros([2, 0, 4, 1]).SampleAt(Tensor.Zeros([2, 5, 5, 2]), Interpolation.Bicubic)).Message, StringComparison.Ordinal);
        Assert.Contains("expected a floating-point type. Cast it first.", Assert.Throws<DTypeException>(() => images.Cast(DType.Int32).SampleAt(Tensor.Zeros([2, 5, 5, 2]), Interpolation.Bicubic)).Message, StringComparison.Ordinal);
        Assert.Contains("received the interpolation Bicubic; expected Bilinear or Nearest.",
            Assert.Throws<ArgumentOutOfRangeException>(() => images.AffineTransform(Identity, Interpolation.Bicubic)).Message, StringComparison.Ordinal);
        Assert.Contains("expected a floating-point type. Cast it first.", Assert.Throws<DTypeException>(() => images.Cast(DType.Int32).AffineTransform(Identity)).Message, StringComparison.Ordinal);
        Assert.Contains("all lengths must be 1 or more.", Assert.Throws<ShapeException>(() => images.AffineTransform(Identity, size: (0, 3))).Message, StringComparison.Ordinal);
    }
}
