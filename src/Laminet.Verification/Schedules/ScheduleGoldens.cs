using System.Text.Json.Nodes;
using Laminet.Optimizers.Schedules;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Schedules;

/// <summary>Learning rates by the step, against the formulas of Keras and PyTorch (Golden/make_optimizers_golden.py).</summary>
internal static class ScheduleGoldens
{
    private static readonly JsonObject Root = GoldenFile.Json("optimizers.json");

    public static IEnumerable<Check> All() =>
        from row in Root["schedules"]!.AsArray()
        let name = row["schedule"]!.GetValue<string>()
        select new Check(Family.Schedules, name, CheckKind.Value, $"{name}{row["config"]!.ToJsonString()}: rates{(row["momenta"] is null ? "" : " and momenta")} are the oracle's, also after a file", _ => AreTheOracles(row));

    private static void AreTheOracles(JsonNode item)
    {
        LearningRateSchedule schedule = LearningRateSchedule.Registry.Deserialize(item.Description("schedule"));
        JsonObject written = LearningRateSchedule.Registry.Serialize(schedule);
        LearningRateSchedule read = LearningRateSchedule.Registry.Deserialize(JsonNode.Parse(written.ToJsonString()));
        Expect.Equal(written.ToJsonString(), LearningRateSchedule.Registry.Serialize(read).ToJsonString(), "configuration of the copy");
        foreach ((double step, double rate) in GoldenFile.Numbers(item["steps"]).Zip(GoldenFile.Numbers(item["rates"])))
            Near.Equal(rate, read.At((long)step), 1e-12, FormattableString.Invariant($"step {step}: "));
        if (item["momenta"] is not { } momenta)
            return;
        LearningRateSchedule momentum = ((OneCycle)read).Momentum();
        foreach ((double step, double expected) in GoldenFile.Numbers(item["steps"]).Zip(GoldenFile.Numbers(momenta)))
            Near.Equal(expected, momentum.At((long)step), 1e-12, FormattableString.Invariant($"momentum of step {step}: "));
    }

    // One step too many at the start of each period, and the rates are shifted.
    [Verifies(typeof(CosineDecayRestarts))]
    public static void Restarts_begin_where_a_period_ends() => Near.Equal(
        [.5, .5, .25, .5, .42677670, .25, .07322330, .5, .48096988], [.. Enumerable.Range(0, 9).Select(step => new CosineDecayRestarts(0.5, 1, tMul: 2).At(step))], 1e-8);

    [Verifies(typeof(CosineDecay))]
    public static void A_warm_up_is_no_part_of_the_decay() => Near.Equal(
        [.01, .06, .11, .0605, .011, .011], [.. new[] { 0, 5, 10, 60, 110, 500 }.Select(step => new CosineDecay(0.01, 100, 0.1, 0.11, 10).At(step))], 1e-12);
}
