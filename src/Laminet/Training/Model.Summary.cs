using System.Globalization;
using System.Text;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>One line of a model's summary.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Type">The layer's class.</param>
/// <param name="OutputShape">The output's shape with None for the batch.</param>
/// <param name="Parameters">How many numbers its weights hold.</param>
/// <param name="Trainable">Whether training changes any of them.</param>
/// <param name="ConnectedTo">The layers whose outputs are its inputs.</param>
public sealed record SummaryRow(string Name, string Type, string OutputShape, long Parameters, bool Trainable, IReadOnlyList<string> ConnectedTo);

/// <content>The table of layers.</content>
public partial class Model
{
    /// <summary>The model's layers, one row for each call.</summary>
    public IReadOnlyList<SummaryRow> SummaryRows()
    {
        HashSet<Variable> counted = [];
        return IsFunctional
            ? [.. Graph.Calls.Select(call => Row(call.Layer, string.Join(", ", call.Outputs), [.. call.Inputs.Select(Source)]))]
            : [.. CallsOnShapes().Select(call => Row(call.Layer, call.Shapes, []))];

        SummaryRow Row(int place, string shapes, IReadOnlyList<string> connectedTo)
        {
            Layer layer = Sublayers[place];
            // A weight counts where it occurs first: a layer may be called twice, or be shared with a model inside.
            long parameters = layer.Weights.Where(counted.Add).Sum(weight => weight.Shape.LongCount);
            return new SummaryRow(SublayerName(place), layer.GetType().Name, shapes, parameters, layer.TrainableWeights.Count > 0, connectedTo);
        }

        string Source(LayerGraph.Place source)
        {
            GraphCall call = Graph.Calls[source.Call];
            return call.Outputs.Count == 1 ? Graph.NameOf(call.Layer) : $"{Graph.NameOf(call.Layer)}[{source.Output}]";
        }
    }

    // For a model that overrides Forward, a run on shapes finds the layers that it calls and their outputs.
    private List<(int Layer, string Shapes)> CallsOnShapes()
    {
        if (builtFor is not { } inputs)
            throw new InvalidOperationException($"{GetType().Name} has not seen an input's shape yet, so its layers have no weights. Call it on data first (Fit, Predict, Call).");
        List<(int, string)> calls = [];
        using StateScope scope = StateScope.OfShapes();
        CallContext context = CallContext.OfShapes((layer, outputs) =>
        {
            if (Sublayers.Index().FirstOrDefault(own => own.Item == layer) is { Item: not null } own)
                calls.Add((own.Index, string.Join(", ", outputs.Select(output => BatchShape.Of(output.Shape, output.Shape)))));
        });
        Forward(inputs.Map(input => Tensor.ShapeOnly(input.Shape, input.DType)), context);
        return calls;
    }

    /// <summary>Writes the table of layers: name, output shape, parameters, trainable or not, and the totals.</summary>
    /// <param name="writer">Receives the text; the console by default.</param>
    public void Summary(TextWriter? writer = null) => (writer ?? Console.Out).Write(SummaryText());

    /// <summary>The table of layers as text.</summary>
    public string SummaryText()
    {
        IReadOnlyList<SummaryRow> rows = SummaryRows();
        bool isChain = !IsFunctional || Graph.Calls.Skip(1).Select((call, index) => call.Inputs.Count == 1 && call.Inputs[0] == new LayerGraph.Place(index, 0)).All(chained => chained);
        List<string[]> cells = [["Layer (type)", "Output shape", "Param #", "Trainable", "Connected to"]];
        cells.AddRange(rows.Select(row => new[]
        {
            $"{row.Name} ({row.Type})", row.OutputShape, Number(row.Parameters),
            row.Parameters == 0 ? "-" : row.Trainable ? "yes" : "no", string.Join(", ", row.ConnectedTo),
        }));
        // In a chain every layer is connected to the one above: no news.
        int columns = isChain ? 4 : 5;
        int[] widths = [.. Enumerable.Range(0, columns).Select(column => cells.Max(row => row[column].Length))];
        StringBuilder text = new();
        string rule = new('-', widths.Sum() + (2 * (columns - 1)));
        text.Append("Model: ").Append(Name ?? GetType().Name).Append('\n').Append(rule).Append('\n');
        for (int line = 0; line < cells.Count; line++)
        {
            IEnumerable<string> padded = Enumerable.Range(0, columns).Select(column =>
                column == 2 ? cells[line][column].PadLeft(widths[column]) : cells[line][column].PadRight(widths[column]));
            text.Append(string.Join("  ", padded).TrimEnd()).Append('\n');
            if (line == 0)
                text.Append(rule).Append('\n');
        }

        long trainable = TrainableWeights.Sum(weight => weight.Shape.LongCount);
        text.Append(rule).Append('\n')
            .Append("Total params: ").Append(Number(ParameterCount)).Append('\n')
            .Append("Trainable params: ").Append(Number(trainable)).Append('\n')
            .Append("Non-trainable params: ").Append(Number(ParameterCount - trainable)).Append('\n')
            .Append("Seed: ").Append(Seed.ToString(CultureInfo.InvariantCulture)).Append(HasDrawnSeed ? " (drawn)\n" : "\n");
        return text.ToString();

        static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
    }
}
