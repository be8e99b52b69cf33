using Laminet.Tensors.Blocks;
using Laminet.Tensors.Devices;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>Puts a block's body in the place of each block that a device has no kernel for.</summary>
internal static class Inlining
{
    /// <exception cref="NotSupportedException">There are primitives, in bodies too, that the device has no kernel for; the message names all.</exception>
    public static Graph Run(Graph graph, Device device)
    {
        // A body may be written in blocks again; every one ends in primitives.
        while (graph.Operations.Any(operation => IsMissing(operation, device) && operation.Primitive is Block))
            graph = WithBodies(graph, device);
        string[] missing = [.. graph.Operations.Where(operation => IsMissing(operation, device)).Select(operation => operation.Primitive!.Name).Distinct().Order(StringComparer.Ordinal)];
        return missing.Length == 0
            ? graph
            : throw new NotSupportedException($"The device {device.Name} has no kernel for {string.Join(", ", missing)}. Compute these parts in a function for the CPU, or use other operations.");
    }

    private static bool IsMissing(Operation operation, Device device) =>
        operation is { Kind: OperationKind.Computed, IsView: false } && !device.Supports(operation.Primitive!, operation.InputSpecs);

    private static Graph WithBodies(Graph graph, Device device)
    {
        Dictionary<Operation, IReadOnlyList<Operation>> bodies = [];
        return graph.Rewrite((original, operation) =>
        {
            if (operation.Kind == OperationKind.Part && bodies.TryGetValue(original.Inputs[0], out IReadOnlyList<Operation>? outputs))
                return outputs[operation.Index];
            if (operation.Primitive is not Block block || !IsMissing(operation, device))
                return operation;
            bodies[original] = outputs = Tracer.WriteAll(operation.Number, operation.Scope, operation.Inputs, inputs => block.BodyAll([.. inputs]));
            return outputs[0];
        });
    }
}
