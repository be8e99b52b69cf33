using System.Globalization;
using System.Text.Json;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Operations;

/// <summary>Results and gradients as PyTorch computes them; Golden/make_golden.py wrote the numbers.</summary>
internal static class OperationGoldens
{
    private static readonly JsonElement Entries = GoldenFile.Element("golden.json");

    // By the first letters of an entry's name: the operation, and how it is called.
    private static readonly Dictionary<string, (string Subject, Func<Inputs, Tensor> Call)> Operations = new()
    {
        ["convolution"] = (nameof(Tensor.Convolution), of => of.X.Convolution(of["w"], of["b"], of.Pair("strides"), of.Border, of.Pair("dilation"), of.Setting("groups").GetInt32())),
        ["maxpool"] = (nameof(Tensor.MaxPool), of => of.X.MaxPool(of.Pair("size"), of.Pair("strides"), of.Border)),
        ["averagepool"] = (nameof(Tensor.AveragePool), of => of.X.AveragePool(of.Pair("size"), of.Pair("strides"), of.Border, of.Setting("counted").GetBoolean())),
        ["matmul_batched"] = (nameof(Tensor.MatMul), of => of.X.MatMul(of["y"])),
        ["softplus"] = (nameof(Tensor.Softplus), of => of.X.Softplus()),
        ["sigmoid"] = (nameof(Tensor.Sigmoid), of => of.X.Sigmoid()),
        ["tanh"] = (nameof(Tensor.Tanh), of => of.X.Tanh()),
        ["relu"] = (nameof(Tensor.Relu), of => of.X.Relu()),
        ["exp"] = (nameof(Tensor.Exp), of => of.X.Exp()),
        ["log1p"] = (nameof(Tensor.Log1p), of => of.X.Log1p()),
        ["log"] = (nameof(Tensor.Log), of => of.X.Log()),
        ["sqrt"] = (nameof(Tensor.Sqrt), of => of.X.Sqrt()),
        ["sin"] = (nameof(Tensor.Sin), of => of.X.Sin()),
        ["cos"] = (nameof(Tensor.Cos), of => of.X.Cos()),
        ["pow"] = (nameof(Tensor.Pow), of => of.X.Pow(of["y"])),
        ["pow_of_negative"] = (nameof(Tensor.Pow), of => of.X.Pow(3)),
        ["round"] = (nameof(Tensor.Round), of => of.X.Round()),
        ["clip"] = (nameof(Tensor.Clip), of => of.X.Clip(-1, 2)),
        ["sum"] = (nameof(Tensor.Sum), of => of.X.Sum([0, 2])),
        ["mean"] = (nameof(Tensor.Mean), of => of.X.Mean([0, 2])),
        ["max"] = (nameof(Tensor.Max), of => of.X.Max([0, 2])),
        ["min"] = (nameof(Tensor.Min), of => of.X.Min([0, 2])),
        ["variance"] = (nameof(Tensor.Variance), of => of.X.Variance([0, 2])),
        ["variance_unbiased"] = (nameof(Tensor.Variance), of => of.X.Variance([0, 2], correction: 1)),
        ["max_ties"] = (nameof(Tensor.Max), of => of.X.Max(0)),
        ["prod"] = (nameof(Tensor.Product), of => of.X.Product(1)),
        ["prod_zeros"] = (nameof(Tensor.Product), of => of.X.Product(1)),
        ["argmax"] = (nameof(Tensor.ArgMax), of => of.X.ArgMax(1)),
        ["gather"] = (nameof(Tensor.Gather), of => of.X.Gather(of["i"])),
        ["gather_axis1"] = (nameof(Tensor.Gather), of => of.X.Gather(of["i"], 1)),
        ["scatter_add"] = (nameof(Tensor.ScatterAdd), of => of.X.ScatterAdd(of["i"], 5)),
        ["onehot"] = (nameof(Tensor.OneHot), of => of["i"].OneHot(5)),
    };

    public static IEnumerable<Check> All() =>
        from entry in Entries.EnumerateObject()
        let operation = Operations.TryGetValue(entry.Name, out var exact) ? exact : Operations[string.Concat(entry.Name.TakeWhile(char.IsAsciiLetter))]
        let isSmooth = entry.Value.TryGetProperty("weight", out _)
        select new Check(Family.Operations, operation.Subject, isSmooth ? CheckKind.Gradient : CheckKind.Value, $"{entry.Name}: results and gradients are PyTorch's", _ => ArePyTorchs(entry.Name, entry.Value, operation.Call));

    private static void ArePyTorchs(string name, JsonElement entry, Func<Inputs, Tensor> call)
    {
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
            Tensor output = call(new Inputs(inputs, entry));
            Values(entry, "result", output, tolerance, $"{name} in {type}");
            if (!entry.TryGetProperty("weight", out JsonElement weight))
                continue;
            IReadOnlyList<Tensor> gradients = tape.Gradients((output * Read(weight, type)).Sum(), Unconnected.Zeros);
            for (int i = 0; i < gradients.Count; i++)
                Values(entry, $"g_{watched[i]}", gradients[i], 5 * tolerance, $"{name} in {type}, gradient by {watched[i]}");
        }
    }

    // Relative, with a small absolute part: tiny results (tanh of 1e-8) must have their digits too.
    private static void Values(JsonElement entry, string key, Tensor actual, double tolerance, string what)
    {
        Tensor expected = Read(entry.GetProperty(key), DType.Float64);
        Expect.True(expected.Shape == actual.Shape, $"{what}: the shape is {actual.Shape}, expected {expected.Shape}");
        double[] wanted = expected.ToArray<double>(), values = actual.Cast(DType.Float64).ToArray<double>();
        double scale = wanted.Length == 0 ? 1 : wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Min();
        for (int i = 0; i < wanted.Length; i++)
        {
            bool near = wanted[i].Equals(values[i]) || Math.Abs(wanted[i] - values[i]) <= tolerance * Math.Max(Math.Abs(wanted[i]), Math.Min(1, scale));
            bool nearInSum = IsSum(what) && Compare.Near(wanted[i], values[i], tolerance);
            bool outOfRange = actual.DType == DType.Float32 && ((Math.Abs(wanted[i]) < 1e-37 && values[i] == 0) || (Math.Abs(wanted[i]) > 3.4e38 && double.IsInfinity(values[i])));
            if (!near && !nearInSum && !outOfRange)
                throw new VerificationException(FormattableString.Invariant($"{what}: element {i} is {values[i]:R}, expected {wanted[i]:R}; the tolerance is {tolerance:R}"));
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

    /// <summary>The tensors and settings of an entry.</summary>
    private sealed record Inputs(Dictionary<string, Tensor> Tensors, JsonElement Entry)
    {
        public Tensor X => Tensors["x"];

        public Padding Border => Pair("padding") is var (height, width) ? Padding.Explicit((height, height), (width, width)) : default;

        public Tensor this[string name] => Tensors[name];

        public JsonElement Setting(string name) => Entry.GetProperty("settings").GetProperty(name);

        public (int, int) Pair(string name) => (Setting(name)[0].GetInt32(), Setting(name)[1].GetInt32());
    }
}
