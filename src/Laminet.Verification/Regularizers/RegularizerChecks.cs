using Laminet.Regularizers;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;
using Laminet.Verification.Operations;

namespace Laminet.Verification.Regularizers;

/// <summary>Penalties by their formulas, and their gradients by finite differences.</summary>
internal static class RegularizerChecks
{
    private static readonly Tensor Weights = Tensor.From(new double[,] { { 1, -2 }, { 0, 3 } });

    private static Tensor Matrix => ((new Lcg(1).Tensor([5, 3]) * 4) - 2) * Tensor.From([1, 0.1, 1]);

    public static IEnumerable<Check> All() =>
        from type in Families.ClassesOf<Regularizer>()
        select new Check(Family.Regularizers, type.Name, CheckKind.Gradient, "the gradient is that of finite differences", _ =>
            Differences.Check(inputs => Regularizer.Registry.Create(type.Name).Call(inputs[0]), [Matrix], [0], 40, type.Name));

    [Verifies(typeof(L1))]
    public static void The_penalty_is_the_sum_of_sizes()
    {
        Near.Equal(0.01 * 6, new L1().Call(Weights).ToDouble(), 1e-15);
        Near.Equal(0.25 * 6, new L1(0.25).Call(Weights.Cast(DType.Float32)).ToDouble(), 1e-6);
    }

    [Verifies(typeof(L2))]
    public static void The_penalty_is_the_sum_of_squares()
    {
        Near.Equal(0.01 * 14, new L2().Call(Weights).ToDouble(), 1e-15);
        Near.Equal(0.25 * 14, new L2(0.25).Call(Weights.Cast(DType.Float32)).ToDouble(), 1e-6);
        Expect.Equal(0, ((Regularizer)"l2").Call(Weights).Rank, "rank of the penalty");
    }

    [Verifies(typeof(L1L2))]
    public static void The_penalty_is_both()
    {
        Near.Equal((0.5 * 6) + (0.25 * 14), new L1L2(0.5, 0.25).Call(Weights).ToDouble(), 1e-15);
        Expect.Equal(0, new L1L2().Call(Weights).ToDouble());
        Near.Equal([0.5 + 0.5, -0.5 - 1, 0, 0.5 + 1.5], Gradient.Of(new L1L2(0.5, 0.25).Call)(Weights), 1e-15, "gradient, ");
    }

    [Verifies(typeof(OrthogonalRegularizer))]
    public static void The_penalty_is_the_mean_of_absolute_cosines()
    {
        Near.Equal(
            GoldenFile.Numbers(GoldenFile.Json("core.json")["constraints"]!["orthogonal"]),
            Tensor.Stack([new OrthogonalRegularizer().Call(Matrix), new OrthogonalRegularizer(0.5, OrthogonalMode.Columns).Call(Matrix), new OrthogonalRegularizer().Call(Matrix.Slice(0, 2))]), 1e-14);
        Expect.Equal(0, new OrthogonalRegularizer().Call(Tensor.Ones([1, 4])).ToDouble(), "the penalty of one row");
        Expect.True(Gradient.Of(new OrthogonalRegularizer().Call)(Tensor.Zeros([3, 3])).ToArray<float>().All(float.IsFinite), "the gradient at zero: expected finite numbers, received others");
    }
}
