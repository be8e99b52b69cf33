using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Verification.Golden;

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
