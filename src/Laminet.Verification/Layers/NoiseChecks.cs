using Laminet.Layers;

namespace Laminet.Verification.Layers;

/// <summary>Layers that make noise in training: which numbers they change, and mean and deviation of many, with fixed keys.</summary>
internal static class NoiseChecks
{
    private static Tensor Training(Layer layer, Tensor x) => layer.Call(x, new CallContext(training: true, new RandomKey(5)));

    [Verifies(typeof(Dropout), 0.25)]
    [Verifies(typeof(Dropout), 0.5)]
    [Verifies(typeof(Dropout), 0.9)]
    public static void A_number_is_dropped_with_the_rate_and_the_others_are_scaled(double rate)
    {
        Tensor x = new RandomKey(9).Normal([200, 50], dtype: DType.Float64);
        double[] before = x.ToArray<double>(), after = Training(new Dropout(rate), x).ToArray<double>();
        int dropped = 0;
        for (int i = 0; i < before.Length; i++)
        {
            if (after[i] == 0)
                dropped++;
            else
                Near.Equal(before[i] / (1 - rate), after[i], 1e-6, $"number {i}: ");
        }

        // Within five deviations of a binomial distribution.
        double width = 5 * Math.Sqrt(rate * (1 - rate) / before.Length);
        Expect.InRange((double)dropped / before.Length, rate - width, rate + width, "the share of dropped numbers");
        Expect.Sequence(before, new Dropout(rate).Call(x).ToArray<double>(), "in inference");
    }

    [Verifies(typeof(SpatialDropout1D), 1, 0.1)]
    [Verifies(typeof(SpatialDropout1D), 1, 0.25)]
    [Verifies(typeof(SpatialDropout1D), 1, 0.5)]
    [Verifies(typeof(SpatialDropout2D), 2, 0.1)]
    [Verifies(typeof(SpatialDropout2D), 2, 0.25)]
    [Verifies(typeof(SpatialDropout2D), 2, 0.5)]
    [Verifies(typeof(SpatialDropout3D), 3, 0.1)]
    [Verifies(typeof(SpatialDropout3D), 3, 0.25)]
    [Verifies(typeof(SpatialDropout3D), 3, 0.5)]
    public static void Whole_features_are_dropped(int rank, double rate)
    {
        Shape shape = [20, .. Enumerable.Repeat(3, rank), 50];
        Layer Make(double share) => rank switch
        {
            1 => new SpatialDropout1D(share),
            2 => new SpatialDropout2D(share),
            _ => new SpatialDropout3D(share),
        };
        Tensor features = Training(Make(rate), Tensor.Ones(shape, DType.Float64)).Reshape([20, -1, 50]);
        // At all places the same: 0, or 1 / (1 - rate).
        Expect.Sequence(features.Max(1).ToArray<double>(), features.Min(1).ToArray<double>(), "smallest and largest factor of each feature");
        double[] first = features.At(0, 1).ToArray<double>();
        Expect.True(first.All(factor => factor == 0 || Math.Abs(factor - (1 / (1 - rate))) < 1e-6), "expected factors of 0 and 1 / (1 - rate), received others");
        // Of 1000 features; within four deviations of a binomial distribution.
        double width = 4 * Math.Sqrt(1000 * rate * (1 - rate));
        Expect.InRange(first.Count(factor => factor == 0), (1000 * rate) - width, (1000 * rate) + width, "dropped features of 1000");
        // Examples are dropped independently.
        Expect.Equal(50, features.At(0, 1).Max(0).ToArray<double>().Count(factor => factor > 0), "features that some example keeps");
        Expect.Equal(0, Training(Make(1), Tensor.Ones(shape)).Sum().ToDouble(), "the sum at the rate 1");
    }

    [Verifies(typeof(GaussianNoise), 0.1)]
    [Verifies(typeof(GaussianNoise), 0.5)]
    [Verifies(typeof(GaussianNoise), 2.0)]
    public static void Noise_has_its_deviation(double deviation)
    {
        Tensor noise = (Training(new GaussianNoise(deviation), Tensor.Full([400, 500], 3, DType.Float64)) - 3) / deviation;
        Near.Equal(0, noise.Mean().ToDouble(), 0.006, "mean: ");
        Near.Equal(1, noise.Variance().ToDouble(), 0.02, "variance: ");
        Tensor x = new RandomKey(9).Normal([3, 4]);
        Expect.Sequence(x.ToArray<float>(), new GaussianNoise(deviation).Call(x).ToArray<float>(), "in inference");
    }

    [Verifies(typeof(GaussianDropout), 0.1)]
    [Verifies(typeof(GaussianDropout), 0.2)]
    [Verifies(typeof(GaussianDropout), 0.5)]
    public static void The_factors_have_their_deviation(double rate)
    {
        Tensor dropped = Training(new GaussianDropout(rate), Tensor.Full([400, 500], 2, DType.Float64));
        double variance = 4 * rate / (1 - rate);
        Near.Equal(2, dropped.Mean().ToDouble(), 0.005 * Math.Sqrt(variance), "mean: ");
        Near.Equal(1, dropped.Variance().ToDouble() / variance, 0.02, "variance, over the expected one: ");
        Tensor x = new RandomKey(9).Normal([3, 4]);
        Expect.Sequence(x.ToArray<float>(), new GaussianDropout(rate).Call(x).ToArray<float>(), "in inference");
    }

    [Verifies(typeof(AlphaDropout), 0.05)]
    [Verifies(typeof(AlphaDropout), 0.25)]
    [Verifies(typeof(AlphaDropout), 0.5)]
    public static void Mean_and_variance_are_kept(double rate)
    {
        Tensor x = new RandomKey(9).Normal([400, 500], dtype: DType.Float64), y = Training(new AlphaDropout(rate), x);
        Near.Equal(0, y.Mean().ToDouble(), 0.015, "mean: ");
        Near.Equal(1, y.Variance().ToDouble(), 0.02, "variance: ");
        // What is dropped is one number: that of a SELU's limit, scaled and shifted.
        const double limit = -1.7580993408473766;
        double scale = 1 / Math.Sqrt((1 - rate) * (1 + (rate * limit * limit))), shift = -scale * limit * rate;
        double[] numbers = y.ToArray<double>(), before = x.ToArray<double>();
        double dropped = numbers.Count(number => Math.Abs(number - ((scale * limit) + shift)) < 1e-6);
        Expect.InRange(dropped / numbers.Length, rate - 0.01, rate + 0.01, "the share of dropped numbers");
        for (int i = 0; i < 1000; i++)
        {
            double kept = (scale * before[i]) + shift;
            if (Math.Abs(numbers[i] - ((scale * limit) + shift)) >= 1e-6)
                Near.Equal(kept, numbers[i], 1e-6, $"number {i}, which is kept: ");
        }
    }
}
