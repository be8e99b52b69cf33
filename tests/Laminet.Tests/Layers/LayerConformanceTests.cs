using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Layers;

/// <summary>
/// One row a layer: shape, parameter count, both float types, the config's way there and back, and that gradients reach every
/// trainable weight, checked against finite differences. A layer without a row fails <see cref="Every_layer_has_a_row"/>.
/// </summary>
public class LayerConformanceTests
{
    private static readonly IReadOnlyList<LayerRow> Rows = LayerRows.All;

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Count)];

    [Fact]
    public void Every_layer_has_a_row()
    {
        IEnumerable<Type> layers = typeof(Layer).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(Layer)));
        Assert.Empty(layers.Except(Rows.Select(row => row.Type)).Select(type => type.Name));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Shape_parameters_and_element_type(int number)
    {
        LayerRow row = Rows[number];
        foreach (DType type in new[] { DType.Float32, DType.Float64 })
        {
            Layer layer = row.Create(type);
            Tensor output = layer.Call([.. row.Examples(type)]);
            Assert.Equal(new TensorSpec(row.Output, type), output.Spec);
            Assert.Equal(row.Parameters, layer.ParameterCount);
            // Found out from shapes alone, it is the same.
            Assert.Equal(output.Shape, row.Create(type).Infer([.. row.Examples(type).Select(input => input.Spec)]).Only.Shape);
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Its_config_makes_an_equal_layer(int number)
    {
        LayerRow row = Rows[number];
        Layer layer = row.Create(DType.Float64);
        layer.Name = "its_name";
        IReadOnlyList<Tensor> inputs = row.Examples(DType.Float64);
        Tensor expected = layer.Call([.. inputs]);
        if (!row.IsSaved)
        {
            Assert.Throws<ArgumentException>(() => Layer.Registry.Serialize(layer));
            return;
        }

        string text = Layer.Registry.Serialize(layer).ToJsonString();
        Layer copy = Layer.Registry.Deserialize(JsonNode.Parse(text));
        Assert.Equal(text, Layer.Registry.Serialize(Built(copy)).ToJsonString());
        Assert.Equal(layer.Weights.Select(weight => weight.Shape), copy.Weights.Select(weight => weight.Shape));
        foreach ((Variable target, Variable source) in copy.Weights.Zip(layer.Weights))
            target.Assign(source.Value);
        Assert.Equal(expected.ToArray<double>(), copy.Call([.. inputs]).Only.ToArray<double>());

        Layer Built(Layer made)
        {
            made.Call([.. inputs]);
            return made;
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Gradients_by_inputs_and_weights_agree_with_finite_differences(int number)
    {
        LayerRow row = Rows[number];
        Layer layer = row.Create(DType.Float64);
        IReadOnlyList<Tensor> inputs = row.Examples(DType.Float64);
        Tensor weighting = new Lcg(99).Tensor(layer.Call([.. inputs]).Only.Shape, minus: 0.5);
        // The same key each time: a dropout mask stays put.
        Tensor Loss(IReadOnlyList<Tensor> x) => (layer.Run([.. x], new CallContext(training: true, new RandomKey(3))).Only.Square() * weighting).Sum();

        // Indices have no gradient; that by an input which only tells a shape is 0.
        IReadOnlyList<Tensor> byInputs = row.Indices > 0 ? [] : Gradient.ValueAndGradients(Loss, Unconnected.Zeros, [.. inputs]).Gradients;
        for (int i = 0; i < byInputs.Count; i++)
            Agrees(inputs[i], byInputs[i], changed => Loss([.. inputs.Select((input, index) => index == i ? changed : input)]).ToDouble());

        IReadOnlyList<Variable> variables = layer.TrainableWeights;
        (_, IReadOnlyList<Tensor> byWeights) = Gradient.ValueAndGradients(() => Loss(inputs), variables);
        foreach ((Variable variable, Tensor gradient) in variables.Zip(byWeights))
        {
            Tensor value = variable.Value;
            Agrees(value, gradient, changed =>
            {
                variable.Assign(changed);
                double loss = Loss(inputs).ToDouble();
                variable.Assign(value);
                return loss;
            });
        }
    }

    private static void Agrees(Tensor at, Tensor gradient, Func<Tensor, double> loss)
    {
        const double step = 1e-5;
        double[] values = at.ToArray<double>(), received = gradient.ToArray<double>();
        for (int i = 0; i < values.Length; i += Math.Max(1, values.Length / 12))
        {
            double[] up = [.. values], down = [.. values];
            up[i] += step;
            down[i] -= step;
            double expected = (loss(Tensor.From(up, at.Shape)) - loss(Tensor.From(down, at.Shape))) / (2 * step);
            Assert.Equal(expected, received[i], 1e-6 * Math.Max(1, Math.Abs(expected)));
        }
    }
}
