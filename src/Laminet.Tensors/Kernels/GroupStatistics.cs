using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Groups of channels of each example: x is [examples, rows, channels], and a group has channels / groups neighbours.</summary>
internal readonly record struct GroupLayout(int Examples, int Rows, int Channels, int Groups)
{
    public int GroupChannels => Channels / Groups;

    /// <summary>Elements of an example.</summary>
    public nint ExampleLength => (nint)Rows * Channels;
}

/// <summary>
/// Normalisation of groups of channels, example by example, with the kernels for channels: a group's moments are put together from
/// those of its channels, and every channel is then normalised with its group's.
/// </summary>
internal static unsafe class GroupStatistics
{
    /// <summary>Mean and biased variance of each group, [examples, groups]; null for what is not wanted.</summary>
    public static void Of<T>(GroupLayout layout, T* x, T* mean, T* variance) where T : unmanaged, INumber<T>
    {
        GroupCall<T> call = new() { Layout = layout, X = x, Mean = mean, Variance = variance };
        Workers.For(layout.Examples, &call, &Moments<T>);
    }

    /// <summary>y = gamma r (x - mean) + beta.</summary>
    public static void Normalize<T>(GroupCall<T> call) where T : unmanaged, INumber<T> => Workers.For(call.Layout.Examples, &call, &Forward<T>);

    /// <summary>The sums of dy r (x - mean) and of dy of each example's channels, [examples, channels]; null for what is not wanted.</summary>
    public static void Sums<T>(GroupCall<T> call) where T : unmanaged, INumber<T> => Workers.For(call.Layout.Examples, &call, &ChannelSums<T>);

    /// <summary>dx from these sums.</summary>
    public static void InputGradient<T>(GroupCall<T> call) where T : unmanaged, INumber<T> => Workers.For(call.Layout.Examples, &call, &Backward<T>);

    private static void Moments<T>(void* state, int example) where T : unmanaged, INumber<T>
    {
        ref GroupCall<T> call = ref *(GroupCall<T>*)state;
        GroupLayout layout = call.Layout;
        int size = layout.GroupChannels;
        using Scratch<T> scratch = Scratch.Rent<T>(2 * layout.Channels);
        T* means = scratch.Pointer, variances = means + layout.Channels;
        ChannelStatistics.Moments(call.X + (example * layout.ExampleLength), layout.Rows, layout.Channels, means, variances);
        T share = T.One / T.CreateTruncating(size);
        for (int group = 0; group < layout.Groups; group++, means += size, variances += size)
        {
            // Deviations from the first channel's mean: the sum of large means would cost digits.
            T apart = T.Zero, squares = T.Zero;
            for (int c = 0; c < size; c++)
                apart += means[c] - means[0];
            T mean = means[0] + (apart * share);
            for (int c = 0; c < size; c++)
                squares += variances[c] + ((means[c] - mean) * (means[c] - mean));
            int place = (example * layout.Groups) + group;
            if (call.Mean != null)
                call.Mean[place] = mean;
            if (call.Variance != null)
                call.Variance[place] = squares * share;
        }
    }

    private static void Forward<T>(void* state, int example) where T : unmanaged, INumber<T>
    {
        ref GroupCall<T> call = ref *(GroupCall<T>*)state;
        using Scratch<T> scratch = Scratch.Rent<T>(2 * call.Layout.Channels);
        nint start = example * call.Layout.ExampleLength;
        ChannelNormalization.Forward(call.Coefficients(example, scratch.Pointer), call.X + start, null, call.Result + start);
    }

    private static void ChannelSums<T>(void* state, int example) where T : unmanaged, INumber<T>
    {
        ref GroupCall<T> call = ref *(GroupCall<T>*)state;
        using Scratch<T> scratch = Scratch.Rent<T>(2 * call.Layout.Channels);
        nint start = example * call.Layout.ExampleLength, sums = (nint)example * call.Layout.Channels;
        ChannelNormalization.Sums(call.Coefficients(example, scratch.Pointer), call.X + start, call.Upstream + start,
            call.ByGamma == null ? null : call.ByGamma + sums, call.ByBeta == null ? null : call.ByBeta + sums);
    }

    private static void Backward<T>(void* state, int example) where T : unmanaged, INumber<T>
    {
        ref GroupCall<T> call = ref *(GroupCall<T>*)state;
        int channels = call.Layout.Channels;
        using Scratch<T> scratch = Scratch.Rent<T>(4 * channels);
        T* byGamma = scratch.Pointer + (2 * channels), byBeta = byGamma + channels;
        call.Weighted(call.ByGamma + ((nint)example * channels), byGamma);
        call.Weighted(call.ByBeta + ((nint)example * channels), byBeta);
        nint start = example * call.Layout.ExampleLength;
        ChannelNormalization.InputGradient(call.Coefficients(example, scratch.Pointer), call.X + start, call.Upstream + start, byGamma, byBeta, call.Result + start,
            areWeighted: true);
    }
}

/// <summary>The operands of a kernel over groups of channels; null for those it does not use.</summary>
internal unsafe struct GroupCall<T> where T : unmanaged, INumber<T>
{
    public GroupLayout Layout;
    public double Epsilon;

    /// <summary>[examples, rows, channels].</summary>
    public T* X, Upstream, Result;

    /// <summary>[examples, groups].</summary>
    public T* Mean, Variance;

    /// <summary>[channels].</summary>
    public T* Gamma, Beta;

    /// <summary>[examples, channels].</summary>
    public T* ByGamma, ByBeta;

    /// <summary>What each channel of an example is normalised with. Room for its means and variances is given.</summary>
    public readonly ChannelCoefficients<T> Coefficients(int example, T* room)
    {
        int size = Layout.GroupChannels, channels = Layout.Channels;
        for (int group = 0; group < Layout.Groups; group++)
        {
            new Span<T>(room + (group * size), size).Fill(Mean[(example * Layout.Groups) + group]);
            new Span<T>(room + channels + (group * size), size).Fill(Variance[(example * Layout.Groups) + group]);
        }

        return new(Layout.Rows, channels, room, room + channels, Gamma, Beta, Epsilon, rectify: false);
    }

    /// <summary>For each channel the mean of gamma times the sums over its group.</summary>
    public readonly void Weighted(T* sums, T* result)
    {
        int size = Layout.GroupChannels;
        T share = T.One / T.CreateTruncating(size);
        for (int first = 0; first < Layout.Channels; first += size)
        {
            T total = T.Zero;
            for (int c = first; c < first + size; c++)
                total += Gamma[c] * sums[c];
            new Span<T>(result + first, size).Fill(total * share);
        }
    }
}
