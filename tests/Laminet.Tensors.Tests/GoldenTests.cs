using System.Globalization;
using System.Text.Json;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Tests.Cases;

namespace Laminet.Tensors.Tests;

/// <summary>Results and gradients as PyTorch computes them; Golden/make_golden.py wrote the numbers.</summary>
public class GoldenTests
{
    private static readonly JsonElement Entries =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "golden.json"))).RootElement;

    public static TheoryData<string> Names => [.. Entries.EnumerateObject().Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_and_gradients_are_PyTorchs(string name)
    {
        JsonElement entry = Entries.GetProperty(name);
        foreach (DType type in OpCase.Computed)
        {
            GradientTape tape = new();
            List<string> watched = [];
            Dictionary<string, Tensor> inputs = [];
            foreach (string key in (string[])["x", "y", "w", "b", "i"])
            {
                if (!entry.TryGetProperty(key, out JsonElement array))
                    continue;
                inputs[key] = key == "i" ? Read(array, DType.Int64) : tape.Watch(Read(array, type));
                if (key != "i")
                    watched.Add(key);
            }

            // PyTorch's numbers are printed to ten digits.
            double tolerance = type == DType.Float64 ? 3e-9 : 1e-5;
            Tensor output = Apply(name, inputs, entry);
            Values(entry, "result", output, tolerance, $"{name} in {type}");
            if (!entry.TryGetProperty("weight", out JsonElement weight))
                continue;
            IReadOnlyList<Tensor> gradients = tape.Gradients((output * Read(weight, type)).Sum(), Unconnected.Zeros);
            for (int i = 0; i < gradients.Count; i++)
                Values(entry, $"g_{watched[i]}", gradients[i], 5 * tolerance, $"{name} in {type}, gradient by {watched[i]}");
        }
    }

    private static Tensor Apply(string name, Dictionary<string, Tensor> inputs, JsonElement entry)
    {
        Tensor x = inputs.GetValueOrDefault("x", inputs.GetValueOrDefault("i")!);
        if (name.StartsWith("convolution", StringComparison.Ordinal))
        {
            JsonElement settings = entry.GetProperty("settings");
            return x.Convolution(inputs["w"], inputs["b"], Pair(settings, "strides"), Border(settings), Pair(settings, "dilation"), settings.GetProperty("groups").GetInt32());
        }

        if (name.Contains("pool", StringComparison.Ordinal))
        {
            JsonElement settings = entry.GetProperty("settings");
            ((int, int) size, (int, int) strides, Padding border) = (Pair(settings, "size"), Pair(settings, "strides"), Border(settings));
            return name.StartsWith("max", StringComparison.Ordinal)
                ? x.MaxPool(size, strides, border)
                : x.AveragePool(size, strides, border, settings.GetProperty("counted").GetBoolean());
        }

        return name switch
        {
            "matmul_batched" => x.MatMul(inputs["y"]),
            "softplus" => x.Softplus(),
            "sigmoid" => x.Sigmoid(),
            "tanh" => x.Tanh(),
            "relu" => x.Relu(),
            "exp" => x.Exp(),
            "log1p" => x.Log1p(),
            "log" => x.Log(),
            "sqrt" => x.Sqrt(),
            "sin" => x.Sin(),
            "cos" => x.Cos(),
            "pow" => x.Pow(inputs["y"]),
            "pow_of_negative" => x.Pow(3),
            "round" => x.Round(),
            "clip" => x.Clip(-1, 2),
            "sum" => x.Sum([0, 2]),
            "mean" => x.Mean([0, 2]),
            "max" => x.Max([0, 2]),
            "min" => x.Min([0, 2]),
            "variance" => x.Variance([0, 2]),
            "variance_unbiased" => x.Variance([0, 2], correction: 1),
            "max_ties" => x.Max(0),
            "prod" or "prod_zeros" => x.Product(1),
            "argmax" => x.ArgMax(1),
            "gather" => x.Gather(inputs["i"]),
            "gather_axis1" => x.Gather(inputs["i"], 1),
            "scatter_add" => x.ScatterAdd(inputs["i"], 5),
            "onehot" => x.OneHot(5),
            _ => throw new ArgumentException($"No operation for the golden entry {name}."),
        };
    }

    // Relative, with a small absolute part: tiny results (tanh of 1e-8) must have their digits too.
    private static void Values(JsonElement entry, string key, Tensor actual, double tolerance, string what)
    {
        Tensor expected = Read(entry.GetProperty(key), DType.Float64);
        Assert.True(expected.Shape == actual.Shape, $"{what}: the shape is {actual.Shape}, expected {expected.Shape}");
        double[] wanted = expected.ToArray<double>(), values = actual.Cast(DType.Float64).ToArray<double>();
        double scale = wanted.Length == 0 ? 1 : wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Min();
        for (int i = 0; i < wanted.Length; i++)
        {
            bool near = wanted[i].Equals(values[i]) || Math.Abs(wanted[i] - values[i]) <= tolerance * Math.Max(Math.Abs(wanted[i]), Math.Min(1, scale));
            bool nearInSum = IsSum(what) && Compare.Near(wanted[i], values[i], tolerance);
            bool outOfRange = actual.DType == DType.Float32 && ((Math.Abs(wanted[i]) < 1e-37 && values[i] == 0) || (Math.Abs(wanted[i]) > 3.4e38 && double.IsInfinity(values[i])));
            Assert.True(near || nearInSum || outOfRange, $"{what}: element {i} is {values[i]:R}, expected {wanted[i]:R}");
        }
    }

    // Where terms cancel only the absolute error is small.
    private static bool IsSum(string what) => !((string[])["softplus", "sigmoid", "tanh", "exp", "log", "sqrt", "pow"]).Any(name => what.StartsWith(name, StringComparison.Ordinal))
        || what.Contains("gradient", StringComparison.Ordinal);

    private static Tensor Read(JsonElement array, DType type)
    {
        int[] shape = [.. array.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        double[] values = [.. array.GetProperty("values").EnumerateArray().Select(value =>
            value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble())];
        return Tensor.From(values, shape).Cast(type);
    }

    private static (int, int) Pair(JsonElement settings, string name) => (settings.GetProperty(name)[0].GetInt32(), settings.GetProperty(name)[1].GetInt32());

    private static Padding Border(JsonElement settings)
    {
        (int height, int width) = Pair(settings, "padding");
        return Padding.Explicit((height, height), (width, width));
    }
}
