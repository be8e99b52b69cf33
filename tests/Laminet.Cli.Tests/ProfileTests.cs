using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laminet.Cli.Inspection;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Cli.Tests;

public sealed class ProfileTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>
{
    [Fact]
    public void Operations_layers_and_totals_are_shown()
    {
        string[] lines = Run("profile", "run", "--calls", "2", "--batch", "4", "--top", "3").Output.Split(Environment.NewLine);

        Assert.Matches(@"^lenet5, train step, batch 4: \d+ operations by time, medians of 2 calls$", lines[0]);
        Assert.Matches("^Operation +ms +Share +GFLOP/s +Of peak +GB/s +Output +Layer", lines[1]);
        Assert.Matches(@"^and \d+ more; use --top \d+ to show all$", lines[5]);
        Assert.Contains(lines, line => line.StartsWith("conv2d_1 ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Total: ", StringComparison.Ordinal));
    }

    // Of a peak of a made-up machine, so slow or fast that everything lies above it or below.
    [Theory]
    [InlineData(1e-12, 1)]
    [InlineData(1e12, 0)]
    public void More_than_the_peak_is_explained_where_it_is_shown(double peak, int expected)
    {
        ModelStep step = new(NamedModel.OfZoo(ModelCatalog.Find("mlp"), new Shape(28, 28, 1), classes: 10, seed: 0, "adam"), StepKind.Predict, Batch: 1);
        using StringWriter output = new();
        ProfileView.Write(new Screen(new Surroundings { Output = output, Error = output, Directory = "." }, json: false),
            StepProfile.Measure(step, calls: 1) with { PeakGflopsPerSecond = peak }, top: 20);

        Assert.Equal(expected, Regex.Count(output.ToString(), "(?m)^Of peak above 100 %: .* Winograd's algorithm"));
    }

    [Fact]
    public void For_programs_operations_come_by_time_and_add_up_to_layers_and_total()
    {
        JsonNode document = JsonNode.Parse(Run("profile", "convnet", "--calls", "1", "--batch", "2", "--json").Output)!;
        JsonArray operations = document["operations"]!.AsArray();
        double[] times = Times(operations);

        Assert.Equal(times.OrderDescending(), times);
        Assert.Equal(times.Sum(), document["total"]!["milliseconds"]!.GetValue<double>(), 1e-9);
        Assert.Equal(times.Sum(), Times(document["layers"]!.AsArray()).Sum(), 1e-9);
        Assert.Equal(operations.Count, document["layers"]!.AsArray().Sum(layer => layer!["operations"]!.GetValue<int>()));
        Assert.Equal(1, operations.Sum(operation => operation!["cost"]!["share"]!.GetValue<double>()), 1e-9);
        JsonNode convolution = operations.First(operation => operation!["operation"]!.GetValue<string>() == "Convolution" && operation["layer"]!.GetValue<string>() == "conv2d")!;
        Assert.Equal("[2,26,26,32]", convolution["shape"]!.ToJsonString());
        // 2 x (3 x 3 x 1) for each of the outputs, and what is folded into it.
        Assert.InRange(convolution["work"]!.GetValue<double>(), 18 * 2 * 26 * 26 * 32, 21 * 2 * 26 * 26 * 32);
        // An optimizer's step is an operation like the others; its first output is the variable's next value.
        Assert.Contains("[3,3,1,32]", operations.Where(operation => operation!["operation"]!.GetValue<string>() == "Adam step").Select(operation => operation!["shape"]!.ToJsonString()));
    }

    [Fact]
    public void The_trace_is_complete_events_in_order_that_do_not_overlap()
    {
        Finished finished = Run("profile", "run", "--calls", "3", "--batch", "4", "--trace", "step.json", "--json");
        JsonArray events = JsonNode.Parse(File.ReadAllText(trained.Line.At("step.json")))!.AsArray();

        Assert.Equal(JsonNode.Parse(finished.Output)!["operations"]!.AsArray().Count, events.Count);
        double end = 0;
        foreach (JsonNode? entry in events)
        {
            Assert.Equal(["name", "cat", "ph", "ts", "dur", "pid", "tid", "args"], entry!.AsObject().Select(pair => pair.Key));
            Assert.Equal(["layer", "shape", "gflops"], entry["args"]!.AsObject().Select(pair => pair.Key));
            Assert.Equal("X", entry["ph"]!.GetValue<string>());
            Assert.True(entry["ts"]!.GetValue<double>() >= end - 1e-6, entry.ToJsonString());
            end = entry["ts"]!.GetValue<double>() + entry["dur"]!.GetValue<double>();
        }

        Assert.Contains(events, entry => entry!["args"]!["layer"]!.GetValue<string>() == "conv2d");
        Assert.Empty(Directory.EnumerateFiles(trained.Line.Directory, "step.json*.tmp"));
    }

    [Fact]
    public void A_profile_of_training_leaves_the_run_as_it_is()
    {
        Dictionary<string, string> before = Sums();
        Run("profile", "run", "--step", "train", "--calls", "2", "--batch", "4");

        Assert.Equal(before, Sums());
    }

    [Theory]
    [InlineData("train")]
    [InlineData("test")]
    [InlineData("predict")]
    public void Every_step_can_be_profiled(string step) =>
        Assert.Contains($"mlp, {step} step", Run("profile", "mlp", "--step", step, "--calls", "1", "--batch", "1").Output, StringComparison.Ordinal);

    [Fact]
    public void A_trace_that_cannot_be_written_is_told() =>
        Assert.Contains("does not exist. Create it first", trained.Line.Run("profile", "mlp", "--calls", "1", "--batch", "1", "--trace", "no/step.json").Expect(1).Error, StringComparison.Ordinal);

    private static double[] Times(JsonArray rows) => [.. rows.Select(row => row!["cost"]!["milliseconds"]!.GetValue<double>())];

    private Finished Run(params string[] arguments) => trained.Line.Run(arguments).Expect(0);

    private Dictionary<string, string> Sums() =>
        Directory.EnumerateFiles(trained.Line.At("run")).ToDictionary(path => path, path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))));
}
