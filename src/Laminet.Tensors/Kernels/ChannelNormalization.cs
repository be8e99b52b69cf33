using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Normalisation of each channel of rows of channels and what its gradient needs; every method is one pass over memory. With
/// r = 1 / sqrt(variance + epsilon) and d = x - mean: y = gamma r d + beta.
/// </summary>
internal static unsafe class ChannelNormalization
{
    /// <summary>y, plus <paramref name="addend"/> where there is one. Y may be the addend.</summary>
    public static void Forward<T>(in ChannelCoefficients<T> coefficients, T* x, T* addend, T* y) where T : unmanaged, INumber<T>
    {
        using Scratch<T> table = coefficients.Table(null, null);
        ChannelCall<T> call = coefficients.Call(table.Pointer, x, addend, y);
        Workers.For(call.Layout.Tasks, &call, &RunTask<NormalizedUnits<T>, T>);
    }

    /// <summary>
    /// The gradients by gamma, the sum of dy r d of each channel, and by beta, the sum of dy, of the dy that pass the rectifier; null for
    /// what is not wanted.
    /// </summary>
    public static void Sums<T>(in ChannelCoefficients<T> coefficients, T* x, T* dy, T* byGamma, T* byBeta) where T : unmanaged, INumber<T>
    {
        ChannelLayout layout = coefficients.Layout;
        using Scratch<T> table = coefficients.Table(null, null);
        using Scratch<T> partials = Scratch.Rent<T>((nint)(layout.Units + 1) * 2 * layout.Width);
        ChannelCall<T> call = coefficients.Call(table.Pointer, x, dy, partials.Pointer);
        Workers.For(layout.Tasks, &call, &RunTask<NormalizedSums<T>, T>);
        T* wide = partials.Pointer + ((nint)layout.Units * 2 * layout.Width);
        Reduction.Sum(partials.Pointer, 1, layout.Units, 2 * layout.Width, wide);
        if (byBeta != null)
            Reduction.Sum(wide + layout.Width, 1, layout.Fold, layout.Channels, byBeta);
        if (byGamma == null)
            return;
        Reduction.Sum(wide, 1, layout.Fold, layout.Channels, byGamma);
        for (int c = 0; c < layout.Channels; c++)
            byGamma[c] *= coefficients.Deviation(c);
    }

    /// <summary>
    /// dx = gamma r (dy - (byBeta + r d byGamma) / rows), of the dy that pass the rectifier; where the sums are weighted, they have gamma in them:
    /// dx = r (gamma dy - (byBeta + r d byGamma) / rows).
    /// </summary>
    public static void InputGradient<T>(in ChannelCoefficients<T> coefficients, T* x, T* dy, T* byGamma, T* byBeta, T* dx, bool areWeighted = false)
        where T : unmanaged, INumber<T>
    {
        using Scratch<T> table = coefficients.Table(byGamma, byBeta, areWeighted);
        ChannelCall<T> call = coefficients.Call(table.Pointer, x, dy, dx);
        Workers.For(call.Layout.Tasks, &call, &RunTask<NormalizedInputGradient<T>, T>);
    }

    private static void RunTask<TKernel, T>(void* state, int task)
        where TKernel : ISimdKernel<T, ChannelCall<T>>
        where T : unmanaged, INumber<T>
    {
        ChannelCall<T> call = *(ChannelCall<T>*)state;
        call.FirstUnit = task * call.Layout.ChunksPerTask;
        call.LastUnit = Math.Min(call.Layout.Units, call.FirstUnit + call.Layout.ChunksPerTask);
        Simd.Dispatch<TKernel, T, ChannelCall<T>>(ref call);
    }
}

/// <summary>What each channel is normalised with.</summary>
internal readonly unsafe struct ChannelCoefficients<T>(int rows, int channels, T* mean, T* variance, T* gamma, T* beta, double epsilon, bool rectify)
    where T : unmanaged, INumber<T>
{
    private const int Lines = 5;

    public ChannelLayout Layout { get; } = new(rows, channels);

    /// <summary>r, one over the channel's deviation.</summary>
    public T Deviation(int channel) => T.CreateTruncating(1 / Math.Sqrt(double.CreateTruncating(variance[channel]) + epsilon));

    /// <summary>
    /// The factors of a wide row: -mean, scale = gamma r, beta, and for dx = scale dy + slope d + offset also slope and offset.
    /// These come from the gradients by gamma and beta, null for a forward pass.
    /// </summary>
    public Scratch<T> Table(T* byGamma, T* byBeta, bool areWeighted = false)
    {
        int width = Layout.Width, length = Layout.Channels;
        Scratch<T> table = Scratch.Rent<T>(Lines * width);
        T* line = table.Pointer;
        for (int c = 0; c < length; c++)
        {
            T r = Deviation(c), scale = gamma[c] * r, factor = areWeighted ? r : scale, share = T.One / T.CreateTruncating(Math.Max(1, Layout.Rows));
            line[c] = -mean[c];
            line[width + c] = scale;
            line[(2 * width) + c] = beta[c];
            line[(3 * width) + c] = byGamma == null ? T.Zero : -(factor * r * byGamma[c] * share);
            line[(4 * width) + c] = byBeta == null ? T.Zero : -(factor * byBeta[c] * share);
        }

        for (int i = 0; i < Lines; i++, line += width)
        {
            for (int filled = length; filled < width; filled *= 2)
                new ReadOnlySpan<T>(line, filled).CopyTo(new Span<T>(line + filled, filled));
        }

        return table;
    }

    public ChannelCall<T> Call(T* table, T* x, T* upstream, T* result) =>
        new() { Layout = Layout, Table = table, X = x, Upstream = upstream, Result = result, Rectifies = rectify };
}

/// <summary>The operands of a kernel over rows of channels and the units one task works on.</summary>
internal unsafe struct ChannelCall<T> where T : unmanaged
{
    public ChannelLayout Layout;

    /// <summary>Upstream is the gradient of the result; forward, what is added, or null.</summary>
    public T* X, Upstream, Result, Table;
    public bool Rectifies;
    public int FirstUnit, LastUnit;
}
