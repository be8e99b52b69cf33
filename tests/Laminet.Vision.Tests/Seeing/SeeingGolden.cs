using System.Text.Json;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Vision.Tests.Seeing;

/// <summary>The network and the numbers that make_seeing_golden.py wrote with PyTorch.</summary>
internal static class SeeingGolden
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "seeing.json"))).RootElement;

    public const int Classes = 5;

    public static Tensor Image => Picture("image");

    public static Tensor Baseline => Picture("baseline");

    public static double[] Scores => Doubles(Root.GetProperty("scores"));

    public static double[] Maps => Doubles(Root.GetProperty("maps"));

    public static JsonElement Ascent => Root.GetProperty("ascent");

    /// <summary>The projection of all maps of the second layer, then of each channel's strongest value.</summary>
    public static double[][] Deconvolution(bool switches) => [.. Root.GetProperty(switches ? "deconvolution_switches" : "deconvolution_first_places").EnumerateArray().Select(Doubles)];

    public static JsonElement Class(int target) => Root.GetProperty("classes")[target];

    public static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    /// <summary>The network, which ends in logits or in their softmax.</summary>
    public static Sequential Network(string? activation = null)
    {
        Sequential model = new(seed: 0,
            new Input([8, 10, 3]), new Conv2D(4, 3, padding: Padding.Same, activation: "relu") { Name = "first" }, new MaxPooling2D { Name = "pool" }, new Conv2D(6, 3, activation: "relu") { Name = "second" },
            new GlobalAveragePooling2D(), new Dense(Classes, activation) { Name = "scores" });
        model.Initialize(new RandomKey(0));
        foreach ((Variable weight, JsonElement golden) in model.Weights.Zip(Root.GetProperty("weights").EnumerateArray()))
            weight.Assign(Tensor.From(Doubles(golden.GetProperty("values")), [.. golden.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]).Cast(DType.Float32));
        return model;
    }

    public static void Near(double[] expected, Tensor received, double tolerance = 2e-6)
    {
        double[] numbers = received.Cast(DType.Float64).ToArray<double>();
        Assert.Equal(expected.Length, numbers.Length);
        double scale = Math.Max(expected.Max(Math.Abs), 1e-3);
        Assert.All(expected.Zip(numbers), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
    }

    private static Tensor Picture(string name) => Tensor.From(Doubles(Root.GetProperty(name)), [8, 10, 3]).Cast(DType.Float32);
}
