using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Zoo.Tests;

/// <summary>A format of files can live in another assembly.</summary>
public class ExporterTests
{
    private readonly Sequential model = new(
        new Input([8, 8, 3]), new Conv2D(4, 3, strides: 2, activation: "relu"), new MaxPooling2D(3), new Flatten(), new Dense(5, "relu"), new Dense(2, "softmax"));

    [Fact]
    public void A_models_prediction_is_written_from_its_public_graph()
    {
        const string Expected = """
            %0 = input: Float32 (2, 8, 8, 3)
            %1 = weight kernel: Float32 (3, 3, 3, 4)
            %2 = weight bias: Float32 (4,)
            %3 = convolution, strides 2 x 2, groups 1, relu of %0, %1, %2: Float32 (2, 3, 3, 4)
            %4 = largest of 3 x 3 of %3: Float32 (2, 1, 1, 4)
            %5 = reshape to (2, 4) of %4: Float32 (2, 4)
            %6 = weight kernel: Float32 (4, 5)
            %7 = product of %5, %6: Float32 (2, 5)
            %8 = weight bias: Float32 (5,)
            %9 = sum of %7, %8: Float32 (2, 5)
            %10 = relu of %9: Float32 (2, 5)
            %11 = weight kernel: Float32 (5, 2)
            %12 = product of %10, %11: Float32 (2, 2)
            %13 = weight bias: Float32 (2,)
            %14 = sum of %12, %13: Float32 (2, 2)
            %15 = softmax of %14: Float32 (2, 2)
            return %15

            """;
        Assert.Equal(Expected, TextExporter.Write(Predicting(model)), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void What_a_format_does_not_know_is_refused_by_name()
    {
        Sequential other = new(new Input([3]), new Dense(2, "tanh"));
        Assert.Equal("The format has no Tanh.", Assert.Throws<NotSupportedException>(() => TextExporter.Write(Predicting(other))).Message);
    }

    [Fact]
    public void A_graph_tells_its_inputs_and_what_variables_become()
    {
        Variable count = new(Tensor.Scalar(1f), "count");
        CompiledFunction function = Function.Compile(inputs =>
        {
            count.Assign(count.Value + inputs[0]);
            return [inputs[0].Relu()];
        });
        Graph graph = function.Stages(new TensorSpec(Shape.Scalar, DType.Float32), new TensorSpec([3], DType.Int32))[0].Graph;
        Assert.Equal([new TensorSpec(Shape.Scalar, DType.Float32), new TensorSpec([3], DType.Int32)], graph.Parameters.Select(parameter => parameter.Spec));
        (Variable variable, Operation value) = Assert.Single(graph.Successions);
        Assert.Same(count, variable);
        Assert.IsType<Laminet.Tensors.Ops.Add>(value.Primitive);
        Assert.Equal([OperationKind.Variable, OperationKind.Parameter], value.Inputs.Select(input => input.Kind));
    }

    private static Graph Predicting(Model model) => model.Stages(StepKind.Predict, batchSize: 2)[0].Graph;
}
