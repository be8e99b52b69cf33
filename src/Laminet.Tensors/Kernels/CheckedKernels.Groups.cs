using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <content>Moments and normalisation of groups of channels.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>Mean and variance of each group, (examples, groups); null for one that is not wanted.</summary>
    public static void GroupMoments(Tensor x, int groups, Tensor? mean, Tensor? variance)
    {
        GroupLayout layout = GroupsOf(x, groups);
        RequireOfGroups(layout, x, mean);
        RequireOfGroups(layout, x, variance);
        if (x.DType == DType.Float32)
            GroupStatistics.Of(layout, P<float>(x), Wanted<float>(mean), Wanted<float>(variance));
        else
            GroupStatistics.Of(layout, P<double>(x), Wanted<double>(mean), Wanted<double>(variance));
        GC.KeepAlive(x);
        KeepAlive(mean, variance);
    }

    /// <summary>y = gamma (x - mean) / sqrt(variance + epsilon) + beta.</summary>
    public static void GroupNormalize(Tensor x, int groups, in Normalization by, Tensor y)
    {
        GroupLayout layout = GroupsOf(x, groups, by);
        RequireAlike(x, y);
        if (x.DType == DType.Float32)
            GroupStatistics.Normalize(Call<float>(layout, x, by, null, y));
        else
            GroupStatistics.Normalize(Call<double>(layout, x, by, null, y));
        KeepAlive(by);
        KeepAlive(x, y);
    }

    /// <summary>The sums of dy (x - mean) r and of dy of each example's channels; null for one that is not wanted.</summary>
    public static void GroupNormalizeSums(Tensor x, Tensor dy, int groups, in Normalization by, Tensor? byGamma, Tensor? byBeta)
    {
        GroupLayout layout = GroupsOf(x, groups, by);
        RequireAlike(x, dy);
        RequireOfExamples(layout, x, byGamma);
        RequireOfExamples(layout, x, byBeta);
        if (x.DType == DType.Float32)
            GroupStatistics.Sums(Call<float>(layout, x, by, dy, null, byGamma, byBeta));
        else
            GroupStatistics.Sums(Call<double>(layout, x, by, dy, null, byGamma, byBeta));
        KeepAlive(by);
        KeepAlive(x, dy);
        KeepAlive(byGamma, byBeta);
    }

    /// <summary>The gradient by x from these sums.</summary>
    public static void GroupNormalizeInputGradient(Tensor x, Tensor dy, int groups, in Normalization by, Tensor byGamma, Tensor byBeta, Tensor dx)
    {
        GroupLayout layout = GroupsOf(x, groups, by);
        RequireAlike(x, dy);
        RequireAlike(x, dx);
        RequireOfExamples(layout, x, byGamma);
        RequireOfExamples(layout, x, byBeta);
        if (x.DType == DType.Float32)
            GroupStatistics.InputGradient(Call<float>(layout, x, by, dy, dx, byGamma, byBeta));
        else
            GroupStatistics.InputGradient(Call<double>(layout, x, by, dy, dx, byGamma, byBeta));
        KeepAlive(by);
        KeepAlive(x, dy, dx);
        KeepAlive(byGamma, byBeta);
    }

    private static GroupCall<T> Call<T>(GroupLayout layout, Tensor x, in Normalization by, Tensor? dy, Tensor? result, Tensor? byGamma = null, Tensor? byBeta = null)
        where T : unmanaged, INumber<T> => new()
        {
            Layout = layout,
            Epsilon = by.Epsilon,
            X = P<T>(x),
            Upstream = Wanted<T>(dy),
            Result = Wanted<T>(result),
            Mean = P<T>(by.Mean),
            Variance = P<T>(by.Variance),
            Gamma = P<T>(by.Gamma),
            Beta = P<T>(by.Beta),
            ByGamma = Wanted<T>(byGamma),
            ByBeta = Wanted<T>(byBeta),
        };

    private static GroupLayout GroupsOf(Tensor x, int groups)
    {
        Require(groups > 0 && x.Rank >= 2 && x.Shape[-1] % groups == 0 && x.IsContiguous, "groups of channels");
        return new(x.Shape[0], x.Shape.CountOf(1..(x.Rank - 1)), x.Shape[-1], groups);
    }

    private static GroupLayout GroupsOf(Tensor x, int groups, in Normalization by)
    {
        GroupLayout layout = GroupsOf(x, groups);
        RequireOfGroups(layout, x, by.Mean);
        RequireOfGroups(layout, x, by.Variance);
        RequireChannels(x, by.Gamma);
        RequireChannels(x, by.Beta);
        return layout;
    }

    private static void RequireOfGroups(GroupLayout layout, Tensor x, Tensor? numbers) =>
        Require(numbers is null || (numbers.IsContiguous && numbers.DType == x.DType && numbers.Length == (long)layout.Examples * layout.Groups), "size of groups' numbers");

    private static void RequireOfExamples(GroupLayout layout, Tensor x, Tensor? numbers) =>
        Require(numbers is null || (numbers.IsContiguous && numbers.DType == x.DType && numbers.Length == (long)layout.Examples * layout.Channels), "size of examples' sums");
}
