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
        // The same weights in every run: of random ones, some day a unit stands where relu has a bend, and a finite difference reaches over it.
        layer.InitializeWhenRead(new RandomKey(5), replaces: true);
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
