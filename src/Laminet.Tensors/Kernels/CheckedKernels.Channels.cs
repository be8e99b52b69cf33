namespace Laminet.Tensors.Kernels;

/// <summary>What each channel is normalised with: the tensors (channels), and how.</summary>
internal readonly record struct Normalization(Tensor Mean, Tensor Variance, Tensor Gamma, Tensor Beta, double Epsilon, bool Rectifies);

/// <content>Moments and normalisation of channels.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>Mean and variance of each channel; null for one that is not wanted.</summary>
    public static void ChannelMoments(Tensor x, Tensor? mean, Tensor? variance)
    {
        RequireChannels(x, mean);
        RequireChannels(x, variance);
        (int rows, int channels) = RowsOf(x);
        if (x.DType == DType.Float32)
            ChannelStatistics.Moments(P<float>(x), rows, channels, Wanted<float>(mean), Wanted<float>(variance));
        else
            ChannelStatistics.Moments(P<double>(x), rows, channels, Wanted<double>(mean), Wanted<double>(variance));
        GC.KeepAlive(x);
        KeepAlive(mean, variance);
    }

    /// <summary>The normalised x (+ residual), negative results 0 where it rectifies. The residual may be y itself.</summary>
    public static void Normalize(Tensor x, in Normalization by, Tensor? residual, Tensor y)
    {
        RequireChannels(x, by);
        RequireAlike(x, y);
        Require(residual is null || (residual.Length == y.Length && residual.IsContiguous && residual.DType == y.DType), "size of a residual");
        if (x.DType == DType.Float32)
            ChannelNormalization.Forward(Coefficients<float>(x, by), P<float>(x), Wanted<float>(residual), P<float>(y));
        else
            ChannelNormalization.Forward(Coefficients<double>(x, by), P<double>(x), Wanted<double>(residual), P<double>(y));
        KeepAlive(by);
        GC.KeepAlive(x);
        KeepAlive(residual, y);
    }

    /// <summary>The gradients by gamma and by beta; null for one that is not wanted.</summary>
    public static void NormalizeSums(Tensor x, Tensor dy, in Normalization by, Tensor? byGamma, Tensor? byBeta)
    {
        RequireChannels(x, by);
        RequireChannels(x, byGamma);
        RequireChannels(x, byBeta);
        RequireAlike(x, dy);
        if (x.DType == DType.Float32)
            ChannelNormalization.Sums(Coefficients<float>(x, by), P<float>(x), P<float>(dy), Wanted<float>(byGamma), Wanted<float>(byBeta));
        else
            ChannelNormalization.Sums(Coefficients<double>(x, by), P<double>(x), P<double>(dy), Wanted<double>(byGamma), Wanted<double>(byBeta));
        KeepAlive(by);
        KeepAlive(x, dy, dy);
        KeepAlive(byGamma, byBeta);
    }

    /// <summary>The gradient by x; <paramref name="byGamma"/> and <paramref name="byBeta"/> are those that <see cref="NormalizeSums"/> gives.</summary>
    public static void NormalizeInputGradient(Tensor x, Tensor dy, in Normalization by, Tensor byGamma, Tensor byBeta, Tensor dx)
    {
        RequireChannels(x, by);
        RequireChannels(x, byGamma);
        RequireChannels(x, byBeta);
        RequireAlike(x, dy);
        RequireAlike(x, dx);
        if (x.DType == DType.Float32)
            ChannelNormalization.InputGradient(Coefficients<float>(x, by), P<float>(x), P<float>(dy), P<float>(byGamma), P<float>(byBeta), P<float>(dx));
        else
            ChannelNormalization.InputGradient(Coefficients<double>(x, by), P<double>(x), P<double>(dy), P<double>(byGamma), P<double>(byBeta), P<double>(dx));
        KeepAlive(by);
        KeepAlive(x, dy, dx);
        KeepAlive(byGamma, byBeta);
    }

    private static ChannelCoefficients<T> Coefficients<T>(Tensor x, in Normalization by) where T : unmanaged, System.Numerics.INumber<T>
    {
        (int rows, int channels) = RowsOf(x);
        return new(rows, channels, P<T>(by.Mean), P<T>(by.Variance), P<T>(by.Gamma), P<T>(by.Beta), by.Epsilon, by.Rectifies);
    }

    private static T* Wanted<T>(Tensor? tensor) where T : unmanaged => tensor is null ? null : P<T>(tensor);

    private static (int Rows, int Channels) RowsOf(Tensor x) => (x.Length / Math.Max(1, x.Shape[-1]), x.Shape[-1]);

    private static void RequireChannels(Tensor x, in Normalization by)
    {
        RequireChannels(x, by.Mean);
        RequireChannels(x, by.Variance);
        RequireChannels(x, by.Gamma);
        RequireChannels(x, by.Beta);
    }

    private static void RequireChannels(Tensor x, Tensor? numbers)
    {
        Require(x.IsContiguous && numbers is not { IsContiguous: false }, "strides of channels");
        Require(numbers is null || (numbers.Length == x.Shape[-1] && numbers.DType == x.DType), "size of channels' numbers");
    }

    private static void KeepAlive(in Normalization by)
    {
        KeepAlive(by.Mean, by.Variance, by.Gamma);
        GC.KeepAlive(by.Beta);
    }
}
