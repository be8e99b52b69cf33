using System.Text.Json.Nodes;
using Laminet.Cli.Rendering;
using Laminet.Training;

namespace Laminet.Cli.Tests;

public sealed class MemoryTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>
{
    [Fact]
    public void The_numbers_are_those_of_the_plan()
    {
        JsonNode memory = JsonNode.Parse(trained.Line.Run("summary", "run", "--batch", "16", "--json").Expect(0).Output)!["memory"]!;
        ModelMemory plan = Model.Load(trained.Line.At("run", "model.laminet")).Plan(16);

        Assert.Equal(plan.TrainingBytes, memory["training"]!["total_bytes"]!.GetValue<long>());
        Assert.Equal(plan.InferenceBytes, memory["inference"]!["total_bytes"]!.GetValue<long>());
        Assert.Equal(plan.WeightBytes, memory["training"]!["weight_bytes"]!.GetValue<long>());
        Assert.Equal(plan.OptimizerBytes, memory["training"]!["optimizer_bytes"]!.GetValue<long>());
        // Images of bytes; labels of four bytes.
        Assert.Equal(16 * ((28 * 28) + 4), memory["training"]!["batch_bytes"]!.GetValue<long>());
        Assert.Equal(16 * 28 * 28, memory["inference"]!["batch_bytes"]!.GetValue<long>());
        foreach (string use in (string[])["training", "inference"])
        {
            Dictionary<string, long> parts = memory[use]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<long>());
            Assert.Equal(parts["total_bytes"], parts.Where(pair => pair.Key != "total_bytes").Sum(pair => pair.Value));
        }

        foreach ((LayerMemory layer, JsonNode? row) in plan.Layers.Zip(memory["layers"]!.AsArray()))
        {
            Assert.Equal(layer, new LayerMemory(row!["name"]!.GetValue<string>(), row["weight_bytes"]!.GetValue<long>(), row["optimizer_bytes"]!.GetValue<long>(),
                row["training_peak_bytes"]!.GetValue<long>(), row["inference_peak_bytes"]!.GetValue<long>()));
        }
    }

    [Fact]
    public void People_read_units()
    {
        string output = trained.Line.Run("summary", "mlp", "--batch", "16").Expect(0).Output;

        Assert.Contains("Memory with batches of 16:", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^Training +\d+\.\d MiB: intermediates .*, a batch 12\.3 KiB, weights 2\.6 MiB, optimizer 5\.1 MiB\r?$", output);
        Assert.Matches(@"(?m)^dense +1\.5 MiB +3\.1 MiB +", output);
        Assert.DoesNotContain("Memory", trained.Line.Run("summary", "mlp").Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1048575, "1.0 MiB")]
    [InlineData(1572864, "1.5 MiB")]
    [InlineData(long.MaxValue, "8388608.0 TiB")]
    public void Sizes_have_the_largest_unit_that_fits(long bytes, string expected) => Assert.Equal(expected, Bytes.Text(bytes));
}
