using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tests.Golden;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>
/// One row a layer: shape, parameter count, both float types, the config's way there and back, and that gradients reach every
/// trainable weight, checked against finite differences. A layer without a row fails <see cref="Every_layer_has_a_row"/>.
/// </summary>
public class LayerConformanceTests
{
    private static readonly Row[] Rows =
    [
        new(typeof(Dense), type => new Dense(4, "tanh") { DType = type }, [3, 5], [3, 4], 24),
        new(typeof(Dense), type => new Dense(4, useBias: false) { DType = type }, [2, 3, 5], [2, 3, 4], 20),
        new(typeof(Conv2D), type => new Conv2D(4, (3, 2), activation: "sigmoid") { DType = type }, [2, 5, 6, 3], [2, 3, 5, 4], 76),
        new(typeof(Conv2D), type => new Conv2D(6, 3, strides: 2, padding: Padding.Same, groups: 3) { DType = type }, [2, 5, 6, 3], [2, 3, 3, 6], 60),
        new(typeof(Conv2D), type => new Conv2D(2, 3, padding: Padding.Explicit(1), dilation: 2) { DType = type }, [1, 6, 6, 1], [1, 4, 4, 2], 20),
        new(typeof(MaxPooling2D), _ => new MaxPooling2D(), [2, 5, 6, 3], [2, 2, 3, 3], 0),
        new(typeof(AveragePooling2D), _ => new AveragePooling2D(3, 2, Padding.Same), [2, 5, 6, 3], [2, 3, 3, 3], 0),
        new(typeof(GlobalAveragePooling2D), _ => new GlobalAveragePooling2D(), [2, 5, 6, 3], [2, 3], 0),
        new(typeof(GlobalAveragePooling1D), _ => new GlobalAveragePooling1D(), [2, 5, 3], [2, 3], 0),
        new(typeof(Masking), _ => new Masking(), [2, 5, 3], [2, 5, 3], 0),
        new(typeof(Embedding), type => new Embedding(7, 3, maskZero: true) { DType = type }, [2, 5], [2, 5, 3], 21, Indices: 7),
        new(typeof(Flatten), _ => new Flatten(), [2, 5, 6, 3], [2, 90], 0),
        new(typeof(Reshape), _ => new Reshape(6, -1), [2, 5, 6], [2, 6, 5], 0),
        new(typeof(Activation), _ => new Activation("softmax"), [2, 5], [2, 5], 0),
        new(typeof(Dropout), _ => new Dropout(0.5), [4, 5], [4, 5], 0),
        new(typeof(Rescaling), type => new Rescaling(2, -1) { DType = type }, [2, 5], [2, 5], 0),
        new(typeof(BatchNormalization), type => new BatchNormalization { DType = type }, [6, 5, 3], [6, 5, 3], 12),
        new(typeof(BatchNormalization), type => new BatchNormalization(axis: 1, center: false) { DType = type }, [6, 5, 3], [6, 5, 3], 15),
        new(typeof(Input), type => new Input([5, 3], type), [6, 5, 3], [6, 5, 3], 0),
        new(typeof(Add), _ => new Add(), [2, 5], [2, 5], 0, Inputs: 3),
        new(typeof(Concatenate), _ => new Concatenate(), [2, 5], [2, 15], 0, Inputs: 3),
        new(typeof(Sequential), type => new Sequential(new Dense(3) { DType = type }, new Activation("relu")), [2, 5], [2, 3], 18),
        new(typeof(Model), type => Functional(type), [2, 5], [2, 5], 30),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Length)];

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
        Row row = Rows[number];
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
        Row row = Rows[number];
        Layer layer = row.Create(DType.Float64);
        layer.Name = "its_name";
        IReadOnlyList<Tensor> inputs = row.Examples(DType.Float64);
        Tensor expected = layer.Call([.. inputs]);
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
        Row row = Rows[number];
        Layer layer = row.Create(DType.Float64);
        IReadOnlyList<Tensor> inputs = row.Examples(DType.Float64);
        Tensor weighting = new Lcg(99).Tensor(layer.Call([.. inputs]).Only.Shape, minus: 0.5);
        // The same key each time: a dropout mask stays put.
        Tensor Loss(IReadOnlyList<Tensor> x) => (layer.Run([.. x], new CallContext(training: true, new RandomKey(3))).Only.Square() * weighting).Sum();

        // Indices have no gradient.
        IReadOnlyList<Tensor> byInputs = row.Indices > 0 ? [] : Gradient.ValueAndGradients(Loss, [.. inputs]).Gradients;
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

    private static Model Functional(DType type)
    {
        var input = new Input([5], type);
        SymbolicTensor hidden = new Dense(5, "tanh") { DType = type }.Call(input);
        return new Model(input, new Add().Call([input, hidden]));
    }

    private sealed record Row(Type Type, Func<DType, Layer> Create, Shape Input, Shape Output, int Parameters, int Inputs = 1, int Indices = 0)
    {
        public IReadOnlyList<Tensor> Examples(DType type) =>
            [.. Enumerable.Range(0, Inputs).Select(input => Indices > 0
                ? (new Lcg(11 + input).Tensor(Input, minus: 0, DType.Float64) * Indices).Floor().Cast(DType.Int32)
                : new Lcg(11 + input).Tensor(Input, minus: 0.5, type))];

        public override string ToString() => Type.Name;
    }
}
