using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Layers;

/// <summary>Layers that make noise in training: which numbers they change, and mean and deviation of many, with fixed keys.</summary>
public sealed class NoiseLayerTests
{
    private static Tensor Training(Layer layer, Tensor x, ulong key = 5) => layer.Call(x, new CallContext(training: true, new RandomKey(key)));

    [Fact]
    public void In_inference_and_with_a_rate_of_zero_they_do_nothing()
    {
        Tensor x = new Lcg(1).Tensor([4, 6], 0.5);
        foreach (Layer layer in (Layer[])[new GaussianNoise(1), new GaussianDropout(0.5), new AlphaDropout(0.5), new Dropout(0.5, [null, 1])])
            Assert.Equal(x.ToArray<double>(), layer.Call(x).ToArray<double>());
        foreach (Layer layer in (Layer[])[new GaussianNoise(0), new GaussianDropout(0), new AlphaDropout(0), new Dropout(0, [null, 1])])
            Assert.Equal(x.ToArray<double>(), Training(layer, x).ToArray<double>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Spatial_dropout_drops_whole_features(int rank)
    {
        Shape shape = [20, .. Enumerable.Repeat(3, rank), 50];
        Layer layer = rank switch
        {
            1 => new SpatialDropout1D(0.25),
            2 => new SpatialDropout2D(0.25),
            _ => new SpatialDropout3D(0.25),
        };
        Tensor features = Training(layer, Tensor.Ones(shape, DType.Float64)).Reshape([20, -1, 50]);
        // At all places the same: 0, or 1 / (1 - rate).
        Assert.Equal(features.Max(1).ToArray<double>(), features.Min(1).ToArray<double>());
        double[] first = features.At(0, 1).ToArray<double>();
        Assert.All(first, factor => Assert.True(factor == 0 || Math.Abs(factor - (4.0 / 3)) < 1e-6));
        // Of 1000 features 250 are dropped, with a deviation of 14.
        Assert.InRange(first.Count(factor => factor == 0), 195, 305);
        // Examples are dropped independently.
        Assert.True(features.At(0, 1).Max(0).ToArray<double>().Count(factor => factor > 0) == 50);
        Assert.Equal(0, Training(rank switch { 1 => new SpatialDropout1D(1), 2 => new SpatialDropout2D(1), _ => (Layer)new SpatialDropout3D(1) }, Tensor.Ones(shape)).Sum().ToDouble());
    }

    [Fact]
    public void A_noise_shape_says_what_goes_together()
    {
        Tensor dropped = Training(new Dropout(0.5, [null, 1, null]), Tensor.Ones([30, 4, 20], DType.Float64));
        Assert.Equal(dropped.Max(1).ToArray<double>(), dropped.Min(1).ToArray<double>());
        Assert.InRange(dropped.At(0, 1).Equal(0).Cast(DType.Float64).Sum().ToDouble(), 240, 360);
        Tensor alike = Training(new AlphaDropout(0.5, [1, 4, 20]), Tensor.Zeros([30, 4, 20], DType.Float64));
        Assert.Equal(alike.Max(0).ToArray<double>(), alike.Min(0).ToArray<double>());
        Assert.Equal(
            "Layer Dropout: received an input of shape (2, 4) for the noise shape (None, 3); expected for each axis, the batch counted, its length, 1 or null.",
            Assert.Throws<ShapeException>(() => Training(new Dropout(0.5, [null, 3]), Tensor.Ones([2, 4]))).Message);
    }

    [Fact]
    public void Gaussian_noise_and_dropout_have_their_deviation()
    {
        Tensor noise = Training(new GaussianNoise(0.5), Tensor.Full([400, 500], 3, DType.Float64));
        Assert.Equal(3, noise.Mean().ToDouble(), 0.01);
        Assert.Equal(0.25, noise.Variance().ToDouble(), 0.005);
        Tensor dropped = Training(new GaussianDropout(0.2), Tensor.Full([400, 500], 2, DType.Float64));
        Assert.Equal(2, dropped.Mean().ToDouble(), 0.01);
        // 2² rate / (1 - rate).
        Assert.Equal(1, dropped.Variance().ToDouble(), 0.02);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void Alpha_dropout_keeps_mean_and_variance(double rate)
    {
        Tensor x = new RandomKey(9).Normal([400, 500], dtype: DType.Float64), y = Training(new AlphaDropout(rate), x);
        Assert.Equal(0, y.Mean().ToDouble(), 0.015);
        Assert.Equal(1, y.Variance().ToDouble(), 0.02);
        // What is dropped is one number: that of a SELU's limit, scaled and shifted.
        const double limit = -1.7580993408473766;
        double scale = 1 / Math.Sqrt((1 - rate) * (1 + (rate * limit * limit))), shift = -scale * limit * rate;
        double[] numbers = y.ToArray<double>(), before = x.ToArray<double>();
        int dropped = numbers.Count(number => Math.Abs(number - ((scale * limit) + shift)) < 1e-6);
        Assert.InRange(dropped, (rate - 0.01) * numbers.Length, (rate + 0.01) * numbers.Length);
        for (int i = 0; i < 1000; i++)
            Assert.True(Math.Abs(numbers[i] - ((scale * limit) + shift)) < 1e-6 || Math.Abs(numbers[i] - ((scale * before[i]) + shift)) < 1e-6);
    }

    [Fact]
    public void Another_key_gives_another_noise()
    {
        Tensor x = Tensor.Ones([4, 3, 6]);
        foreach (Layer layer in (Layer[])[new GaussianNoise(1), new GaussianDropout(0.5), new AlphaDropout(0.5), new SpatialDropout1D(0.5)])
        {
            Assert.Equal(Training(layer, x).ToArray<float>(), Training(layer, x).ToArray<float>());
            Assert.NotEqual(Training(layer, x).ToArray<float>(), Training(layer, x, key: 6).ToArray<float>());
        }
    }

    [Fact]
    public void Rates_that_are_none_are_refused()
    {
        Assert.Contains("Received rate = 1; expected 0 to 1, without 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianDropout(1)).Message, StringComparison.Ordinal);
        Assert.Contains("Received rate = -0.1; expected 0 to 1, without 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new AlphaDropout(-0.1)).Message, StringComparison.Ordinal);
        Assert.Contains("Received rate = 1.5; expected 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new SpatialDropout2D(1.5)).Message, StringComparison.Ordinal);
        Assert.Contains("Received stddev = -1; expected zero or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianNoise(-1)).Message, StringComparison.Ordinal);
        Assert.Contains("expected 4 axes: the batch, 2 of places, the features.", Assert.Throws<ShapeException>(() => new SpatialDropout2D(0.5).Call(Tensor.Ones([2, 3]))).Message, StringComparison.Ordinal);
    }
}
