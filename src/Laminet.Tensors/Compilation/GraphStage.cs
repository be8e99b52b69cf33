using System.Globalization;
using System.Text;

namespace Laminet.Tensors.Compilation;

/// <summary>The graph of a function as traced, or after one of the compiler's passes; for inspection.</summary>
public sealed class GraphStage
{
    internal GraphStage(string name, Graph graph) => (Name, Graph) = (name, graph);

    /// <summary>The pass that made it, or "as traced".</summary>
    public string Name { get; }

    /// <summary>The graph itself. Operations that passes create, such as a fused chain, are not public: an exporter should read the graph as traced.</summary>
    public Graph Graph { get; }

    /// <summary>How many operations run; views, parameters, variables and constants do not count.</summary>
    public int Operations => Graph.Operations.Count(operation => operation.Kind == OperationKind.Computed && !operation.IsView);

    /// <summary>The total bytes of all intermediates, without sharing memory.</summary>
    public long Bytes => Graph.Operations.Where(operation => operation.HasOwnMemory).Sum(operation => operation.Bytes);

    /// <summary>The graph as text, one line for each operation: number, name, inputs, type and shape, bytes, and the part of the function to which it belongs.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        Dictionary<Operation, int> numbers = Numbers();
        foreach (Operation operation in Graph.Operations)
        {
            string line = $"%{numbers[operation]} = {operation.Title}";
            if (operation.Inputs.Count > 0)
                line += $"({string.Join(", ", operation.Inputs.Select(input => $"%{numbers[input]}"))})";
            text.Append(operation.Spec == Operation.NoTensor ? line : $"{line,-48} {operation.Spec}  {Size(operation)}");
            text.Append(operation.Scope.Length > 0 ? $"  [{operation.Scope}]" : "").Append('\n');
        }

        if (Graph.Outputs.Count > 0)
            text.Append("return ").AppendJoin(", ", Graph.Outputs.Select(output => $"%{numbers[output]}")).Append('\n');
        foreach ((Variable variable, Operation value) in Graph.Successions)
            text.Append(CultureInfo.InvariantCulture, $"{variable.Name} becomes %{numbers[value]}\n");
        return text.ToString();
    }

    /// <summary>The graph in the DOT language of Graphviz, for <c>dot -Tsvg</c>.</summary>
    public string ToDot()
    {
        StringBuilder text = new("digraph {\n  rankdir=TB; node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=10];\n");
        Dictionary<Operation, int> numbers = Numbers();
        foreach (Operation operation in Graph.Operations)
        {
            string look = operation.Kind switch
            {
                OperationKind.Computed or OperationKind.Part => "",
                OperationKind.HostCall => ", style=\"rounded,dashed\"",
                _ => ", shape=plain",
            };
            string shape = operation.Spec == Operation.NoTensor ? "" : $"\\n{operation.Spec} {Size(operation)}";
            text.Append(CultureInfo.InvariantCulture, $"  n{numbers[operation]} [label=\"{Quoted(operation.Title)}{shape}\"{look}];\n");
            foreach (Operation input in operation.Inputs.Distinct())
                text.Append(CultureInfo.InvariantCulture, $"  n{numbers[input]} -> n{numbers[operation]};\n");
        }

        return text.Append("}\n").ToString();
    }

    private Dictionary<Operation, int> Numbers() => Graph.Operations.Select((operation, number) => (operation, number)).ToDictionary(pair => pair.operation, pair => pair.number);

    private static string Size(Operation operation) => operation.IsView ? "view" : string.Create(CultureInfo.InvariantCulture, $"{operation.Bytes:N0} B");

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
