using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Normalisation of each channel of rows of channels and what its gradient needs; every method is one pass over memory. With
/// r = 1 / sqrt(variance + epsilon) and d = x - mean: y = gamma r d + beta; affine is (gamma, beta), moments (mean, variance).
/// </summary>
internal static unsafe class ChannelNormalization
{
    /// <summary>y, plus <paramref name="addend"/> where there is one. Y may be the addend.</summary>
    public static void Forward<T>(in ChannelCoefficients<T> coefficients, T* x, T* addend, T* y) where T : unmanaged, INumber<T>
    {
        using Scratch<T> table = coefficients.Table(null);
        ChannelCall<T> call = coefficients.Call(table.Pointer, x, addend, y);
        Workers.For(call.Layout.Tasks, &call, &RunTask<NormalizedUnits<T>, T>);
    }

    /// <summary>sums = (sum of dy r d, sum of dy) of each channel, of the dy that pass the rectifier.</summary>
    public static void Sums<T>(in ChannelCoefficients<T> coefficients, T* x, T* dy, T* sums) where T : unmanaged, INumber<T>
    {
        ChannelLayout layout = coefficients.Layout;
        using Scratch<T> table = coefficients.Table(null);
        using Scratch<T> partials = Scratch.Rent<T>((nint)(layout.Units + 1) * 2 * layout.Width);
        ChannelCall<T> call = coefficients.Call(table.Pointer, x, dy, partials.Pointer);
        Workers.For(layout.Tasks, &call, &RunTask<NormalizedSums<T>, T>);
        T* wide = partials.Pointer + ((nint)layout.Units * 2 * layout.Width);
        Reduction.Sum(partials.Pointer, 1, layout.Units, 2 * layout.Width, wide);
        Reduction.Sum(wide, 2, layout.Fold, layout.Channels, sums);
        for (int c = 0; c < layout.Channels; c++)
            sums[c] *= coefficients.Deviation(c);
    }

    /// <summary>dx = gamma r (dy - (sums of dy + r d sums of dy r d) / rows), of the dy that pass the rectifier.</summary>
    public static void InputGradient<T>(in ChannelCoefficients<T> coefficients, T* x, T* dy, T* sums, T* dx) where T : unmanaged, INumber<T>
    {
        using Scratch<T> table = coefficients.Table(sums);
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
internal readonly unsafe struct ChannelCoefficients<T>(int rows, int channels, T* moments, T* affine, double epsilon, bool rectify)
    where T : unmanaged, INumber<T>
{
    private const int Lines = 5;

    public ChannelLayout Layout { get; } = new(rows, channels);

    /// <summary>r, one over the channel's deviation.</summary>
    public T Deviation(int channel) => T.CreateTruncating(1 / Math.Sqrt(double.CreateTruncating(moments[Layout.Channels + channel]) + epsilon));

    /// <summary>
    /// The factors of a wide row: -mean, scale = gamma r, beta, and for dx = scale dy + slope d + offset also slope and offset.
    /// </summary>
    public Scratch<T> Table(T* sums)
    {
        int width = Layout.Width, length = Layout.Channels;
        Scratch<T> table = Scratch.Rent<T>(Lines * width);
        T* line = table.Pointer;
        for (int c = 0; c < length; c++)
        {
            T r = Deviation(c), scale = affine[c] * r, share = T.One / T.CreateTruncating(Math.Max(1, Layout.Rows));
            line[c] = -moments[c];
            line[width + c] = scale;
            line[(2 * width) + c] = affine[length + c];
            line[(3 * width) + c] = sums == null ? T.Zero : -(scale * r * sums[c] * share);
            line[(4 * width) + c] = sums == null ? T.Zero : -(scale * sums[length + c] * share);
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
