using System.Runtime.CompilerServices;
using Laminet.Bench.Steps;
using Laminet.Tensors;
using Laminet.Tensors.Kernels;
using Laminet.Tests.Shared;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Tests.Plans;

/// <summary>
/// The plans of real steps are golden: a change of the compiler that runs more operations, copies more or takes more memory shows in review.
/// </summary>
[Collection("Engine settings")]
public class PlanTests
{
    private const int ZooBatch = 128;

    private static readonly string[] Head =
    [
        "What the compiler makes of the steps of the zoo's models and of the networks that `bench steps` runs; nothing is run for it.",
        "operations: those that run in each call; copies: the ones of these that only copy; in place: the variables whose next value is",
        "written over the old one; apart: those whose next value is copied at the end of a call; arena: the block of intermediates; kept:",
        "what is computed from weights once and stays from call to call.",
        "The figures are those for 512-bit vectors, on every machine: inference reads kernels in panels as wide as the register tile, and the",
        "test sets that width. They do not depend on the number of threads.",
    ];

    [Fact]
    public void The_steps_of_zoo_and_bench_have_the_golden_plans()
    {
        SimdLevel before = Simd.Level;
        Simd.Level = SimdLevel.Vector512;
        try
        {
            GoldenText.Verify(Golden(), PlanTable.Text(Head, [.. ZooPlans(), .. BenchPlans()]), PlanTable.Difference);
        }
        finally
        {
            Simd.Level = before;
        }
    }

    [Fact]
    public void A_difference_names_the_step_what_was_what_is_and_the_percentage()
    {
        StepPlan same = new("same", [1, 0, 0, 0, 64, 0]), gone = new("gone", [2, 0, 0, 0, 1_000, 0]);
        string expected = PlanTable.Text(["head"], [same, gone, new StepPlan("grown", [10, 0, 4, 1, 1_000_000, 128])]);
        string received = PlanTable.Text(["head"], [same, new StepPlan("added", [3, 1, 2, 0, 5, 7]), new StepPlan("grown", [10, 2, 3, 2, 1_012_500, 64])]);
        Assert.Equal(
            """
            The plans of the steps changed:
            added: is new: operations 3, copies 1, in place 2, apart 0, arena bytes 5, kept bytes 7
            gone: is gone; it was operations 2, copies 0, in place 0, apart 0, arena bytes 1,000, kept bytes 0
            grown: copies 0 -> 2; in place 4 -> 3 (-25.00 %); apart 1 -> 2 (+100.00 %); arena bytes 1,000,000 -> 1,012,500 (+1.25 %); kept bytes 128 -> 64 (-50.00 %)
            """.ReplaceLineEndings("\n"), PlanTable.Difference(expected, received));
        Assert.StartsWith("The figures of the plans are the same", PlanTable.Difference(expected, expected.Replace("head", "other head", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    // As `laminet train` compiles them. Those for larger images are among the networks of `bench steps`.
    private static IEnumerable<StepPlan> ZooPlans() => ModelCatalog.All.Where(entry => entry.InputShape == new Shape(28, 28, 1)).SelectMany(entry =>
    {
        Model model = entry.Create([28, 28, 1], 10, 0);
        model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
        return Steps($"zoo/{entry.Name}", model, ZooBatch);
    });

    // Of each network both steps, whichever is timed.
    private static IEnumerable<StepPlan> BenchPlans() => Workload.All.Select(workload => workload with { Trains = true }).Distinct()
        .SelectMany(workload => Steps($"bench/{workload.Architecture.Name}", workload.CreateModel(), workload.Batch));

    private static IEnumerable<StepPlan> Steps(string name, Model model, int batch) =>
        [StepPlan.Of(name, model, StepKind.Predict, batch), StepPlan.Of(name, model, StepKind.Train, batch)];

    private static string Golden([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "Golden", "plans.txt"));
}
