using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Zoo.Tests.Golden;

/// <summary>Named lists of numbers in a golden file.</summary>
internal sealed class GoldenNumbers(string file)
{
    private readonly JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file)))!;

    public double[] this[string name] => [.. golden[name]!.AsArray().Select(number => number!.GetValue<double>())];

    public Tensor Of(string name, Shape shape) => Tensor.From(this[name], shape);

    public void Near(string name, Tensor received, double tolerance = 1e-9)
    {
        double[] expected = this[name];
        Assert.Equal(expected.Length, received.Length);
        Assert.All(expected.Zip(received.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
