using System.Reflection;
using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Verification.Golden;
using Laminet.Verification.Layers;
using Laminet.Verification.Operations;

namespace Laminet.Verification.Tests;

/// <summary>These tests fail if a public operation, class or block has no check.</summary>
public class CoverageTests
{
    [Fact]
    public void Every_public_operation_and_class_has_a_check_and_every_check_is_about_one() =>
        Assert.True(Coverage.Missing().Count == 0, string.Join('\n', Coverage.Missing()));

    [Fact]
    public void Every_block_is_held_to_its_body() => Assert.Empty(
        typeof(Tensors.Blocks.Block).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Tensors.Blocks.Block)) && !type.IsAbstract).Except(BlockTable.Rows().Select(row => row.Block.GetType())));

    [Fact]
    public void No_two_checks_have_one_name() =>
        Assert.Empty(Checks.All.GroupBy(check => check.Id).Where(group => group.Count() > 1).Select(group => group.Key));

    // Float32 and Float64 of one case are one row. Layers that draw at random have rows of statistics, or of settings that leave nothing to chance.
    [Fact]
    public void Every_layer_has_three_rows_of_values()
    {
        ILookup<string, string> rows = Checks.All.Where(check => check is { Family: Family.Layers, Kind: CheckKind.Value }).ToLookup(check => check.Subject, check => check.Name.Replace("Float32", "Float64", StringComparison.Ordinal));
        string[] few =
        [
            .. from type in Families.ClassesOf<Layer>()
               let count = rows[type.Name].Distinct().Count()
               where count < 3
               select $"{type.Name} has {count} rows of values; give it its defaults and two other settings or shapes in Golden/make_settings_golden.py.",
        ];
        Assert.True(few.Length == 0, string.Join('\n', few));
    }

    [Fact]
    public void Every_loss_has_cases_of_its_defaults_and_of_two_other_settings_or_shapes()
    {
        ILookup<string, JsonNode> cases = LearningGolden.ByClass(Loss.Registry, "losses", "loss");
        foreach (Type type in Families.ClassesOf<Loss>())
        {
            Assert.True(cases[type.Name].Any(item => item["config"]!.AsObject().Count == 0), $"{type.Name} has no golden case of its defaults.");
            Assert.True(cases[type.Name].Count() >= 3, $"{type.Name} has {cases[type.Name].Count()} golden cases; give it its defaults and two other settings or shapes.");
        }
    }

    [Fact]
    public void Every_metric_has_cases_of_its_defaults_and_of_other_settings()
    {
        ILookup<string, JsonNode> cases = LearningGolden.ByClass(Metric.Registry, "metrics", "metric");
        foreach (Type type in Families.ClassesOf<Metric>())
        {
            HashSet<string> settings = [.. cases[type.Name].Select(item => item["config"]!.ToJsonString())];
            // The name is a setting of each.
            int wanted = Math.Min(3, type.GetConstructors().Max(constructor => constructor.GetParameters().Length));
            Assert.True(settings.Count >= wanted || (settings.Count > 0 && wanted <= 2), $"{type.Name} has golden cases of {settings.Count} settings; give it its defaults and two others.");
        }
    }

    [Fact]
    public void Every_path_of_an_optimizer_is_long_and_each_has_its_defaults_and_two_more()
    {
        JsonArray paths = GoldenFile.Json("optimizers.json")["paths"]!.AsArray();
        Assert.All(paths, row => Assert.True(row!["weights"]!.AsArray().Count >= 20));
        foreach (IGrouping<string, JsonNode?> rows in paths.Where(row => !HasMomentumSchedule(row)).GroupBy(row => row!["optimizer"]!.GetValue<string>()))
            Assert.True(rows.Count() >= 3 && rows.Any(row => row!["config"]!.AsObject().Count == 0), rows.Key);
    }

    [Fact]
    public void Every_optimizer_that_takes_a_momentum_schedule_has_a_path_with_one()
    {
        IEnumerable<string> shown = GoldenFile.Json("optimizers.json")["paths"]!.AsArray().Where(HasMomentumSchedule).Select(row => row!["optimizer"]!.GetValue<string>());
        IEnumerable<string> taking = Families.ClassesOf<Optimizer>()
            .Where(type => type.GetProperty("TakesMomentum", BindingFlags.Instance | BindingFlags.NonPublic)!.GetMethod!.DeclaringType != typeof(Optimizer)).Select(type => type.Name);
        Assert.Equal(taking.Order(StringComparer.Ordinal), shown.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_schedule_has_three_rows()
    {
        foreach (Type type in Families.ClassesOf<Laminet.Optimizers.Schedules.LearningRateSchedule>())
            Assert.True(GoldenFile.Json("optimizers.json")["schedules"]!.AsArray().Count(row => row!["schedule"]!.GetValue<string>() == type.Name) >= 3, type.Name);
    }

    [Fact]
    public void No_golden_number_of_a_convolution_is_left_over() =>
        Assert.Equal(GoldenFile.Json("convolution.json").Select(one => one.Key).Order(StringComparer.Ordinal), ConvolutionGoldens.Used.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_special_function_of_the_file_has_a_check() =>
        Assert.Equal(SpecialFunctionChecks.Names.Order(StringComparer.Ordinal), SpecialFunctionChecks.Tested.Order(StringComparer.Ordinal));

    private static bool HasMomentumSchedule(JsonNode? row) => row!["config"]!.AsObject().ContainsKey("momentum_schedule");
}
