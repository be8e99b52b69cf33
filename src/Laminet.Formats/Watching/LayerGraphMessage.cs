using Google.Protobuf;
using Laminet.Formats.Messages.TensorBoard;
using Laminet.Training;

namespace Laminet.Formats.Watching;

/// <summary>The graph of a model's layers as TensorBoard draws it: a node a layer, with the class, the output's shape and the parameters.</summary>
internal static class LayerGraphMessage
{
    public static GraphDef Of(Model model)
    {
        GraphDef graph = new() { Versions = new VersionDef { Producer = 22 } };
        // A layer that is called twice is one node with the inputs of both calls.
        foreach (IGrouping<string, SummaryRow> calls in model.SummaryRows().GroupBy(row => row.Name))
        {
            SummaryRow row = calls.First();
            NodeDef node = new() { Name = row.Name, Op = row.Type };
            node.Input.AddRange(calls.SelectMany(call => call.ConnectedTo).Distinct().Select(Source));
            node.Attr["output_shape"] = new AttrValue { S = ByteString.CopyFromUtf8(string.Join("; ", calls.Select(call => call.OutputShape))) };
            node.Attr["parameters"] = new AttrValue { I = calls.Sum(call => call.Parameters) };
            node.Attr["trainable"] = new AttrValue { B = row.Trainable };
            graph.Node.Add(node);
        }

        return graph;
    }

    // The second output of a layer is layer[1] in a summary, layer:1 in a graph.
    private static string Source(string name) => name.EndsWith(']') ? name[..^1].Replace('[', ':') : name;
}
