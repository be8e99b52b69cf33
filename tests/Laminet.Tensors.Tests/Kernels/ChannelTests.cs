using System.Numerics;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Tests.Kernels;

[Collection("Engine settings")]
public unsafe class ChannelTests
{
    private const double Epsilon = 1e-3;

    public static TheoryData<int, int> Shapes => new()
    {
        { 1, 1 }, { 0, 3 }, { 1, 5 }, { 2, 3 }, { 7, 1 }, { 17, 10 }, { 700, 3 }, { 1100, 10 }, { 600, 32 }, { 3, 63 }, { 300, 64 },
        { 77, 65 }, { 40, 257 }, { 34, 512 }, { 9, 1030 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_kernel_matches_the_reference(int rows, int channels)
    {
        Check<float>(rows, channels, 0);
        Check<float>(rows, channels, 30);
        Check<double>(rows, channels, 0);
        Check<double>(rows, channels, 1000);
    }

    [Fact]
    public void A_mean_a_thousand_times_the_deviation_costs_no_digits()
    {
        const int rows = 70_000;
        using Guarded<float> x = new(rows * 3, 1);
        for (int i = 0; i < x.Length; i++)
            x.Values[i] += 2000;
        (double[] moments, _, _, _) = Reference(rows, 3, x, x, [1, 1, 1, 0, 0, 0], false);
        EngineSettings.AtEveryLevel(() => Moments(x, rows, 3), moments, 1e-6, "moments far from zero");
    }

    // As Relu makes 0 of -0, so does a kernel that it is folded into.
    [Fact]
    public void A_rectified_zero_is_positive()
    {
        Shape channels = [35];
        Tensor x = Tensor.Full([2, 35], -0.0), zeros = Tensor.Zeros(channels), ones = Tensor.Ones(channels), beta = Tensor.Full(channels, -0.0);
        Assert.All(x.Normalize(zeros, ones, ones, beta).ToArray<float>(), number => Assert.True(float.IsNegative(number)));
        EngineSettings.AtEveryLevel(
            () => (1 / x.Normalize(zeros, ones, ones, beta, relu: true)).ToArray<float>(), [.. Enumerable.Repeat(double.PositiveInfinity, 70)], 0, "rectified zeros");
    }

    private static void Check<T>(int rows, int channels, double mean) where T : unmanaged, INumber<T>
    {
        using Guarded<T> x = new(rows * channels, 1);
        using Guarded<T> dy = new(rows * channels, 2);
        using Guarded<T> affine = new(2 * channels, 3);
        for (int i = 0; i < x.Length; i++)
            x.Values[i] += T.CreateTruncating(mean);
        double[] coefficients = [.. affine.Values.ToArray().Select(double.CreateTruncating)];
        double tolerance = EngineSettings.Tolerance<T>() * (1 + mean);
        foreach (bool relu in (bool[])[false, true])
        {
            (double[] moments, double[] y, double[] sums, double[] dx) = Reference(rows, channels, x, dy, coefficients, relu);
            string what = $"of {typeof(T).Name} [{rows}, {channels}] {relu}";
            EngineSettings.AtEveryLevel(() => Moments(x, rows, channels), moments, tolerance, $"moments {what}");
            using Guarded<T> given = From<T>(moments), givenSums = From<T>(sums);
            ChannelCoefficients<T> Coefficients() => new(rows, channels, given.Pointer, given.Pointer + channels, affine.Pointer, affine.Pointer + channels, Epsilon, relu);
            EngineSettings.AtEveryLevel(() => Into<T>(y.Length, to => ChannelNormalization.Forward(Coefficients(), x.Pointer, null, to)), y, tolerance, $"values {what}");
            if (!relu)
            {
                double[] added = [.. y.Select((value, i) => Math.Max(0, value + double.CreateTruncating(dy.Values[i])))];
                ChannelCoefficients<T> rectifying = new(rows, channels, given.Pointer, given.Pointer + channels, affine.Pointer, affine.Pointer + channels, Epsilon, true);
                EngineSettings.AtEveryLevel(
                    () => Into<T>(y.Length, to => ChannelNormalization.Forward(rectifying, x.Pointer, dy.Pointer, to)), added, tolerance, $"values with an addend {what}");
            }

            EngineSettings.AtEveryLevel(
                () => Into<T>(sums.Length, to => ChannelNormalization.Sums(Coefficients(), x.Pointer, dy.Pointer, to, to + channels)), sums, 20 * tolerance, $"sums {what}");
            EngineSettings.AtEveryLevel(
                () => Into<T>(dx.Length, to => ChannelNormalization.InputGradient(Coefficients(), x.Pointer, dy.Pointer, givenSums.Pointer, givenSums.Pointer + channels, to)),
                dx, 5 * tolerance, $"gradient {what}");
        }
    }

    private static (double[] Moments, double[] Y, double[] Sums, double[] Dx) Reference<T>(
        int rows, int channels, Guarded<T> x, Guarded<T> dy, double[] affine, bool relu) where T : unmanaged, INumber<T>
    {
        double[] moments = new double[2 * channels], y = new double[rows * channels], sums = new double[2 * channels], dx = new double[rows * channels];
        for (int c = 0; c < channels; c++)
        {
            int[] places = [.. Enumerable.Range(0, rows).Select(row => (row * channels) + c)];
            double[] values = [.. places.Select(place => double.CreateTruncating(x.Values[place]))];
            double mean = rows == 0 ? double.NaN : values.Average(), variance = rows == 0 ? double.NaN : values.Average(value => (value - mean) * (value - mean));
            (moments[c], moments[channels + c]) = (mean, variance);
            double r = 1 / Math.Sqrt(variance + Epsilon);
            double[] gradients = new double[rows];
            for (int row = 0; row < rows; row++)
            {
                double value = ((values[row] - mean) * r * affine[c]) + affine[channels + c];
                gradients[row] = relu && value <= 0 ? 0 : double.CreateTruncating(dy.Values[places[row]]);
                y[places[row]] = relu ? Math.Max(0, value) : value;
                sums[c] += gradients[row] * (values[row] - mean) * r;
                sums[channels + c] += gradients[row];
            }

            for (int row = 0; row < rows; row++)
                dx[places[row]] = affine[c] * r * (gradients[row] - ((sums[channels + c] + ((values[row] - mean) * r * sums[c])) / rows));
        }

        if (rows == 0)
            sums.AsSpan(0, channels).Fill(double.NaN);
        return (moments, y, sums, dx);
    }

    private delegate void Kernel<T>(T* to) where T : unmanaged;

    private static T[] Moments<T>(Guarded<T> x, int rows, int channels) where T : unmanaged, INumber<T> =>
        Into<T>(2 * channels, to => ChannelStatistics.Moments(x.Pointer, rows, channels, to, to + channels));

    private static T[] Into<T>(int length, Kernel<T> kernel) where T : unmanaged, INumber<T>
    {
        using Guarded<T> result = new(length);
        kernel(result.Pointer);
        return result.Checked();
    }

    private static Guarded<T> From<T>(double[] values) where T : unmanaged, INumber<T>
    {
        Guarded<T> result = new(values.Length);
        for (int i = 0; i < values.Length; i++)
            result.Values[i] = T.CreateTruncating(values[i]);
        return result;
    }
}
