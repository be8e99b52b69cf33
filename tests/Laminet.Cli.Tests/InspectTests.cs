using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Training;

namespace Laminet.Cli.Tests;

public sealed class InspectTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void The_tensors_of_a_file_are_listed_with_what_it_is()
    {
        new Sequential(new Input([2]), new Dense(3)).SaveWeights(line.At("weights"));
        string output = line.Run("inspect", "weights").Expect(0).Output.ReplaceLineEndings("\n");
        Assert.Equal("weights: SafeTensors, 2 tensors, 9 numbers, 36 B\n\ndense/bias    Float32   (3,)\ndense/kernel  Float32   (2, 3)\n", output);
        JsonNode json = JsonNode.Parse(line.Run("inspect", "weights", "--json").Expect(0).Output)!;
        Assert.Equal("dense/kernel", json["tensors"]![1]!["name"]!.GetValue<string>());
        Assert.Equal("[2,3]", json["tensors"]![1]!["shape"]!.ToJsonString());
        Assert.False(json["has_layers"]!.GetValue<bool>());
    }

    [Fact]
    public void What_is_no_such_file_is_told_in_one_line()
    {
        File.WriteAllText(line.At("x"), "<html>");
        Assert.StartsWith($"error: {line.At("x")}: Its content is of no format that is known.", line.Run("inspect", "x").Expect(1).Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", line.Run("inspect", "absent").Expect(1).Error, StringComparison.Ordinal);
    }
}
