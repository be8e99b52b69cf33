using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>
/// One row a layer: shape, parameter count, both float types, the config's way there and back, and that gradients reach every
/// trainable weight, checked against finite differences.
/// </summary>
internal static class LayerChecks
{
    public static IEnumerable<Check> All()
    {
        Dictionary<string, int> seen = [];
        foreach (LayerRow row in LayerRows.All)
        {
            string subject = row.Type.Name;
            int number = seen[subject] = seen.GetValueOrDefault(subject) + 1;
            yield return new(Family.Layers, subject, CheckKind.Consistency, $"row {number}: shape, count of parameters and element type", _ => HasShapes(row));
            yield return new(Family.Layers, subject, CheckKind.Consistency, $"row {number}: its configuration makes an equal layer", _ => SurvivesItsConfiguration(row));
            yield return new(Family.Layers, subject, CheckKind.Gradient, $"row {number}: gradients by inputs and weights are the finite differences", depth => HasTrueGradients(row, depth));
            if (Mixed(row).ComputeDType == DType.BFloat16)
                yield return new(Family.Layers, subject, CheckKind.Consistency, $"row {number}: mixed precision gives the numbers and gradients of Float32, rounded", _ => RoundsItsResult(row));
        }
    }

    private static void HasShapes(LayerRow row)
    {
        foreach (DType type in new[] { DType.Float32, DType.Float64 })
        {
            Layer layer = row.Create(type);
            Tensor output = layer.Call([.. row.Examples(type)]);
            Expect.Equal(new TensorSpec(row.Output, type), output.Spec, "output");
            Expect.Equal(row.Parameters, layer.ParameterCount, "parameters");
            // Found out from shapes alone, it is the same.
            Expect.Equal(output.Shape, row.Create(type).Infer([.. row.Examples(type).Select(input => input.Spec)]).Only.Shape, "shape found from shapes alone");
        }
    }

    private static Layer Mixed(LayerRow row)
    {
        Layer layer = row.Create(DType.Float32);
        layer.AdoptTypes(new Identity { ComputeDType = DType.BFloat16 });
        return layer;
    }

    // A layer with weights computes in Float32 and rounds once. One without weights rounds at each operation, one of several layers at each of these.
    private static void RoundsItsResult(LayerRow row)
    {
        Layer exact = row.Create(DType.Float32), mixed = Mixed(row);
        Bundle<Tensor> halves = [.. row.Examples(DType.Float32).Select(input => input.DType.IsFloat() ? input.Cast(DType.BFloat16) : input)];
        Bundle<Tensor> wide = halves.Map(input => input.DType.IsFloat() ? input.Cast(DType.Float32) : input);
        Tensor expected = exact.Call(wide).Only;
        mixed.Call(halves);
        foreach ((Variable target, Variable source) in mixed.Weights.Zip(exact.Weights))
            target.Assign(source.Value);
        Tensor received = mixed.Call(halves).Only;
        Expect.Equal(new TensorSpec(row.Output, DType.BFloat16), received.Spec, "output");
        if (exact.Weights.Count > 0 && !mixed.Sublayers.Any(layer => layer.IsMixed))
            Expect.Sequence(expected.Cast(DType.BFloat16).Cast(DType.Float32).ToArray<float>(), received.Cast(DType.Float32).ToArray<float>(), "output");
        else
            IsNear(expected, received, 0.02, "output");

        Tensor weighting = new Lcg(99).Tensor(row.Output, minus: 0.5, DType.Float32);
        Tensor Loss(Layer layer, Bundle<Tensor> x) => (layer.Run(x, new CallContext(training: true, new RandomKey(3))).Only.Cast(DType.Float32).Square() * weighting).Sum();
        IReadOnlyList<Tensor> byExact = Gradient.ValueAndGradients(() => Loss(exact, wide), exact.TrainableWeights).Gradients;
        IReadOnlyList<Tensor> byMixed = Gradient.ValueAndGradients(() => Loss(mixed, halves), mixed.TrainableWeights).Gradients;
        foreach ((Tensor one, Tensor other) in byExact.Zip(byMixed))
        {
            Expect.Equal(DType.Float32, other.DType, "type of a gradient");
            IsNear(one, other, 0.05, "gradient");
        }
    }

    // By the largest number: of two that nearly cancel, little is left but rounding.
    private static void IsNear(Tensor expected, Tensor received, double share, string what)
    {
        double largest = expected.Abs().Max().ToDouble(), apart = (expected - received.Cast(DType.Float32)).Abs().Max().ToDouble();
        if (!(apart <= share * Math.Max(largest, 1e-3)))
            throw new VerificationException(string.Create(CultureInfo.InvariantCulture, $"{what}: received numbers {apart:G3} apart from those of Float32, whose largest is {largest:G3}; expected at most {share:P0} of it"));
    }

    private static void SurvivesItsConfiguration(LayerRow row)
    {
        Layer layer = row.Create(DType.Float64);
        layer.Name = "its_name";
        IReadOnlyList<Tensor> inputs = row.Examples(DType.Float64);
        Tensor expected = layer.Call([.. inputs]);
        if (!row.IsSaved)
        {
            Expect.Throws<ArgumentException>(() => Layer.Registry.Serialize(layer), "writing a layer that holds a function");
            return;
        }

        string text = Layer.Registry.Serialize(layer).ToJsonString();
        Layer copy = Layer.Registry.Deserialize(JsonNode.Parse(text));
        Expect.Equal(text, Layer.Registry.Serialize(Built(copy)).ToJsonString(), "configuration of the copy");
        Expect.Sequence(layer.Weights.Select(weight => weight.Shape), copy.Weights.Select(weight => weight.Shape), "shapes of the copy's weights");
        foreach ((Variable target, Variable source) in copy.Weights.Zip(layer.Weights))
            target.Assign(source.Value);
        Expect.Sequence(expected.ToArray<double>(), copy.Call([.. inputs]).Only.ToArray<double>(), "output of the copy");

        Layer Built(Layer made)
        {
            made.Call([.. inputs]);
            return made;
        }
    }

    private static void HasTrueGradients(LayerRow row, Depth depth)
    {
        int points = depth == Depth.Full ? 12 : 4;
        Layer layer = row.Create(DType.Float64);
        IReadOnlyList<Tensor> inputs = row.Examples(DType.Float64);
        Tensor weighting = new Lcg(99).Tensor(layer.Call([.. inputs]).Only.Shape, minus: 0.5);
        // The same key each time: a dropout mask stays put.
        Tensor Loss(IReadOnlyList<Tensor> x) => (layer.Run([.. x], new CallContext(training: true, new RandomKey(3))).Only.Square() * weighting).Sum();

        // Indices have no gradient; that by an input which only tells a shape is 0.
        IReadOnlyList<Tensor> byInputs = row.Indices > 0 ? [] : Gradient.ValueAndGradients(Loss, Unconnected.Zeros, [.. inputs]).Gradients;
        for (int i = 0; i < byInputs.Count; i++)
            Agrees($"input {i}", inputs[i], byInputs[i], points, changed => Loss([.. inputs.Select((input, index) => index == i ? changed : input)]).ToDouble());

        IReadOnlyList<Variable> variables = layer.TrainableWeights;
        (_, IReadOnlyList<Tensor> byWeights) = Gradient.ValueAndGradients(() => Loss(inputs), variables);
        foreach ((Variable variable, Tensor gradient) in variables.Zip(byWeights))
        {
            Tensor value = variable.Value;
            Agrees(variable.Name, value, gradient, points, changed =>
            {
                variable.Assign(changed);
                double loss = Loss(inputs).ToDouble();
                variable.Assign(value);
                return loss;
            });
        }
    }

    private static void Agrees(string by, Tensor at, Tensor gradient, int points, Func<Tensor, double> loss)
    {
        const double step = 1e-5;
        double[] values = at.ToArray<double>(), received = gradient.ToArray<double>();
        for (int i = 0; i < values.Length; i += Math.Max(1, values.Length / points))
        {
            double[] up = [.. values], down = [.. values];
            up[i] += step;
            down[i] -= step;
            double expected = (loss(Tensor.From(up, at.Shape)) - loss(Tensor.From(down, at.Shape))) / (2 * step);
            Near.Equal(expected, received[i], 1e-6, $"gradient by {by}[{i}], against finite differences: ");
        }
    }
}
