using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>
/// Layers by their settings, defaults and others, made from configurations in Keras's names, with odd shapes and masks, against PyTorch's numbers and Keras's formulas
/// (Golden/make_settings_golden.py), in Float64 and Float32.
/// </summary>
internal static class SettingGoldens
{
    private static readonly JsonArray Rows = GoldenFile.Json("settings.json")["rows"]!.AsArray();

    public static IEnumerable<Check> All() =>
        from row in Rows
        let situation = $"{(row["training"] is null ? "" : ", in training")}{(row["masks"] is null ? "" : ", masked")}"
        select new Check(
            Family.Layers, row["layer"]!.GetValue<string>(), CheckKind.Value, $"{row["config"]!.ToJsonString()} of {row["inputs"]!.ToJsonString()}{situation}: numbers are the oracle's", _ => IsTheOracles(row));

    private static void IsTheOracles(JsonNode row)
    {
        foreach (DType type in (DType[])[DType.Float64, DType.Float32])
        {
            double tolerance = type == DType.Float64 ? 1e-10 : 5e-6;
            Layer layer = Layer.Registry.Deserialize(Of(type, row.Description("layer")));
            Tensor[] inputs = [.. row["inputs"]!.AsArray().Select((shape, place) => Input(row, Shape(shape!), place, type))];
            layer.Call([.. inputs]);
            foreach ((int place, Variable weight) in layer.Weights.Index())
                weight.Assign(new Lcg(2 + place).Tensor(weight.Shape, weight.Name == "moving_variance" ? -0.5 : 0.5, weight.DType));
            Tensor[] outputs = Outputs(layer, row, inputs);
            Expect.Sequence(row["shapes"]!.AsArray().Select(shape => Shape(shape!)), outputs.Select(output => output.Shape), $"shapes in {type}");
            foreach ((int place, Tensor output) in outputs.Index())
                Near.Equal(GoldenFile.Numbers(row["outputs"]![place]), output, tolerance, $"output {place} in {type}, ");
            if (row["after"] is { } after)
                Near.Equal(GoldenFile.Numbers(after), [.. layer.NonTrainableWeights.SelectMany(weight => weight.Value.Cast(DType.Float64).ToArray<double>())], tolerance, $"untrained weights in {type}, ");
        }
    }

    // The layer and those within it.
    private static JsonObject Of(DType type, JsonObject description)
    {
        JsonObject config = description["config"]!.AsObject();
        JsonNode?[] settings = [.. config.Select(setting => setting.Value)];
        foreach (JsonObject part in settings.Concat(settings.OfType<JsonArray>().SelectMany(list => list)).OfType<JsonObject>())
            Of(type, part);
        config["dtype"] = type.ToString();
        return description;
    }

    // Class numbers below something, pixels of a range, or numbers around 0.
    private static Tensor Input(JsonNode row, Shape shape, int place, DType type)
    {
        Lcg numbers = new(11 + place);
        if (row["below"] is { } below)
            return (numbers.Tensor(shape) * below.GetValue<int>()).Floor().Cast(DType.Int32);
        if (row["span"] is not { } span)
            return numbers.Tensor(shape, 0.5, type);
        double low = span[0]!.GetValue<double>();
        return ((numbers.Tensor(shape) * (span[1]!.GetValue<double>() - low)) + low).Cast(type);
    }

    private static Tensor[] Outputs(Layer layer, JsonNode row, Tensor[] inputs)
    {
        CallContext context = new(row["training"] is not null, new RandomKey(0));
        Tensor?[] masks = [.. inputs.Select((_, place) => row["masks"]?[place] is { } mask ? Steps(mask.AsArray()) : null)];
        foreach ((Tensor input, Tensor? mask) in inputs.Zip(masks))
        {
            if (mask is not null)
                context.SetMask(input, mask);
        }

        Tensor[] outputs = [.. layer.Call([.. inputs], context)];
        // Outputs at masked steps are not compared.
        if (row["kept"] is not null)
            outputs[0] = Tensor.Where(masks[0]!.ExpandDims(-1), outputs[0], Tensor.Scalar(0, outputs[0].DType));
        return outputs;
    }

    private static Tensor Steps(JsonArray mask) =>
        Tensor.From([.. mask.SelectMany(steps => steps!.AsArray()).Select(step => step!.GetValue<bool>())], new Shape(mask.Count, mask[0]!.AsArray().Count));

    private static Shape Shape(JsonNode lengths) => lengths.AsArray().Select(length => length!.GetValue<int>()).ToArray();
}
