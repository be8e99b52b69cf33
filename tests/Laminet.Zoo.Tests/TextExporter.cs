using System.Globalization;
using System.Text;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;

namespace Laminet.Zoo.Tests;

/// <summary>
/// Writes a graph as text. What stands for a format of files: it is written against the public face alone (this assembly sees no internals
/// of the engine), matches the records of operations for their attributes, and refuses what it does not know.
/// </summary>
internal static class TextExporter
{
    public static string Write(Graph graph)
    {
        StringBuilder text = new();
        Dictionary<Operation, string> names = [];
        foreach (Operation operation in graph.Operations)
        {
            names[operation] = $"%{names.Count}";
            string inputs = string.Join(", ", operation.Inputs.Select(input => names[input]));
            text.Append(CultureInfo.InvariantCulture, $"{names[operation]} = {Description(operation)}{(inputs.Length > 0 ? $" of {inputs}" : "")}: {operation.Spec}\n");
        }

        return text.Append("return ").AppendJoin(", ", graph.Outputs.Select(output => names[output])).Append('\n').ToString();
    }

    private static string Description(Operation operation) => operation.Kind switch
    {
        OperationKind.Parameter => "input",
        OperationKind.Variable => $"weight {operation.Variable!.Name}",
        OperationKind.Constant => $"constant of {operation.Constant!.Length}",
        OperationKind.Part => $"output {operation.Index}",
        OperationKind.Computed => Description(operation.Primitive!),
        _ => throw new NotSupportedException($"A {operation.Kind} has no place in a file."),
    };

    private static string Description(Primitive primitive) => primitive switch
    {
        Convolution convolution => $"convolution, strides {convolution.Window.StrideHeight} x {convolution.Window.StrideWidth}, groups {convolution.Groups}{Then(convolution.Relu)}",
        MaxPool pool => $"largest of {pool.Window.Height} x {pool.Window.Width}",
        MatMul product => $"product{(product.TransposeRight ? ", right transposed" : "")}",
        Reshape reshape => $"reshape to {reshape.Shape}",
        Add => "sum",
        Relu => "relu",
        Softmax => "softmax",
        _ => throw new NotSupportedException($"The format has no {primitive.Name}."),
    };

    private static string Then(bool relu) => relu ? ", relu" : "";
}
