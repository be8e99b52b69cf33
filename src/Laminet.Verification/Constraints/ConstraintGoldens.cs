using System.Text.Json.Nodes;
using Laminet.Constraints;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Constraints;

/// <summary>Constraints against Keras's formulas in NumPy (Golden/make_core_golden.py).</summary>
internal static class ConstraintGoldens
{
    private static readonly JsonNode Expected = GoldenFile.Json("core.json")["constraints"]!;

    private static Tensor Matrix => ((new Lcg(1).Tensor([5, 3]) * 4) - 2) * Tensor.From([1, 0.1, 1]);

    private static Tensor Filters => (new Lcg(2).Tensor([3, 2, 2, 3]) * 4) - 2;

    public static IEnumerable<Check> All() =>
        from row in Rows()
        select new Check(Family.Constraints, row.Constraint.GetType().Name, CheckKind.Value, $"{row.Name}: values are those of Keras's formula", _ =>
        {
            Near.Equal(GoldenFile.Numbers(Expected[row.Name]), row.Constraint.Call(row.Weight), 1e-12, "in Float64, ");
            Near.Equal(GoldenFile.Numbers(Expected[row.Name]), row.Constraint.Call(row.Weight.Cast(DType.Float32)), 1e-6, "in Float32, ");
        });

    private static IEnumerable<(string Name, Constraint Constraint, Tensor Weight)> Rows() =>
    [
        ("max_norm", new MaxNorm(), Matrix), ("max_norm_rows", new MaxNorm(0.5, axis: 1), Matrix), ("max_norm_filters", new MaxNorm(1.5, axis: [0, 1, 2]), Filters),
        ("min_max_norm", new MinMaxNorm(), Matrix), ("min_max_norm_rows", new MinMaxNorm(1, 1.5, axis: -1), Matrix), ("min_max_norm_rate", new MinMaxNorm(2, 3, 0.25, [0, 1, 2]), Filters),
        ("non_neg", new NonNeg(), Matrix), ("unit_norm", new UnitNorm(), Matrix), ("unit_norm_filters", new UnitNorm([0, 1, 2]), Filters),
    ];
}
