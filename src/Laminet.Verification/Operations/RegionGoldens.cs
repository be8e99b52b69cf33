using System.Text.Json;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Operations;

/// <summary>Deformable convolution, regions of images and sampling as torchvision and PyTorch compute them; Golden/make_regions_golden.py wrote the numbers.</summary>
internal static class RegionGoldens
{
    private static readonly JsonElement Entries = GoldenFile.Element("regions.json");

    private static readonly Dictionary<string, (string Subject, Func<IReadOnlyDictionary<string, Tensor>, JsonElement, Tensor> Call)> Operations = new()
    {
        ["deform_conv2d"] = (nameof(Tensor.DeformableConvolution), (inputs, settings) => inputs["x"].DeformableConvolution(
            inputs["kernel"], inputs["offsets"], inputs.GetValueOrDefault("mask"), inputs["bias"], Pair(settings, "stride"),
            Padding.Explicit((Pair(settings, "padding").First, Pair(settings, "padding").First), (Pair(settings, "padding").Second, Pair(settings, "padding").Second)), Pair(settings, "dilation"), settings.GetProperty("groups").GetInt32())),
        ["roi_align"] = (nameof(Tensor.RoiAlign), (inputs, settings) => inputs["x"].RoiAlign(
            inputs["boxes"], Pair(settings, "size"), inputs["owners"].Cast(DType.Int64), settings.GetProperty("scale").GetDouble(), settings.GetProperty("ratio").GetInt32(), settings.GetProperty("aligned").GetBoolean())),
        ["roi_pool"] = (nameof(Tensor.RoiPool), (inputs, settings) => inputs["x"].RoiPool(inputs["boxes"], Pair(settings, "size"), inputs["owners"].Cast(DType.Int64), settings.GetProperty("scale").GetDouble())),
        ["grid_sample"] = (nameof(Tensor.SampleAt), (inputs, settings) => inputs["x"].SampleAt(
            inputs["places"], Enum.Parse<Interpolation>(settings.GetProperty("interpolation").GetString()!), Enum.Parse<FillMode>(settings.GetProperty("fill").GetString()!))),
    };

    public static IEnumerable<Check> All() => Entries.EnumerateArray().Select((entry, i) =>
    {
        string name = $"{entry.GetProperty("operation").GetString()} {i}";
        (string subject, var call) = Operations[entry.GetProperty("operation").GetString()!];
        return new Check(Family.Operations, subject, CheckKind.Gradient, $"{name}: results and gradients are torchvision's", _ => AreTheirs(name, entry, call));
    });

    private static void AreTheirs(string name, JsonElement entry, Func<IReadOnlyDictionary<string, Tensor>, JsonElement, Tensor> call)
    {
        JsonElement gradients = entry.GetProperty("gradients");
        foreach (DType type in OpCase.Computed)
        {
            GradientTape tape = new();
            Dictionary<string, Tensor> inputs = [];
            List<string> watched = [];
            foreach (JsonProperty input in entry.GetProperty("inputs").EnumerateObject())
            {
                Tensor numbers = Read(input.Value).Cast(type);
                bool isWatched = gradients.TryGetProperty(input.Name, out JsonElement _);
                inputs[input.Name] = isWatched ? tape.Watch(numbers) : numbers;
                if (isWatched)
                    watched.Add(input.Name);
            }

            double tolerance = type == DType.Float64 ? 1e-9 : 1e-4;
            Tensor result = call(inputs, entry.GetProperty("settings"));
            Near(Read(entry.GetProperty("result")), result, tolerance, $"{name} in {type}");
            IReadOnlyList<Tensor> slopes = tape.Gradients((result * Read(entry.GetProperty("weights")).Cast(type)).Sum());
            for (int i = 0; i < slopes.Count; i++)
                Near(Read(gradients.GetProperty(watched[i])), slopes[i], tolerance, $"{name} in {type}, gradient by {watched[i]}");
        }
    }

    private static void Near(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Expect.True(expected.Shape == actual.Shape, $"{what}: the shape is {actual.Shape}, expected {expected.Shape}");
        Compare.Values(expected.ToArray<double>(), actual, tolerance, what);
    }

    private static Tensor Read(JsonElement array) => Tensor.From([.. array.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())], Shape.Create([.. array.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]));

    private static (int First, int Second) Pair(JsonElement settings, string name) => settings.GetProperty(name) is var pair ? (pair[0].GetInt32(), pair[1].GetInt32()) : default;
}
