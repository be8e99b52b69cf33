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
/// <param name="ConnectedTo">The layers it is fed by.</param>
public sealed record SummaryRow(string Name, string Type, string OutputShape, long Parameters, bool Trainable, IReadOnlyList<string> ConnectedTo);

/// <content>The table of layers.</content>
public partial class Model
{
    /// <summary>The model's layers, one row a call.</summary>
    public IReadOnlyList<SummaryRow> SummaryRows()
    {
        HashSet<Variable> counted = [];
        List<SummaryRow> rows = [];
        foreach (GraphCall call in Graph.Calls)
        {
            Layer layer = Graph.Layers[call.Layer];
            // A weight counts where it occurs first: a layer may be called twice, or be shared with a model inside.
            long parameters = layer.Weights.Where(counted.Add).Sum(weight => (long)weight.Shape.ElementCount);
            rows.Add(new SummaryRow(layer.Name!, layer.GetType().Name, SymbolicTensor.Text(call.Spec.Shape), parameters,
                layer.TrainableWeights.Count > 0, [.. call.Inputs.Select(source => Graph.Layers[Graph.Calls[source].Layer].Name!)]));
        }

        return rows;
    }

    /// <summary>Writes the table of layers: name, output shape, parameters, trainable or not, and the totals.</summary>
    /// <param name="writer">Where to; the console by default.</param>
    public void Summary(TextWriter? writer = null) => (writer ?? Console.Out).Write(SummaryText());

    /// <summary>The table of layers as text.</summary>
    public string SummaryText()
    {
        IReadOnlyList<SummaryRow> rows = SummaryRows();
        bool isChain = Graph.Calls.Skip(1).Select((call, index) => call.Inputs.Count == 1 && call.Inputs[0] == index).All(chained => chained);
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

        long trainable = TrainableWeights.Sum(weight => (long)weight.Shape.ElementCount);
        text.Append(rule).Append('\n')
            .Append("Total params: ").Append(Number(ParameterCount)).Append('\n')
            .Append("Trainable params: ").Append(Number(trainable)).Append('\n')
            .Append("Non-trainable params: ").Append(Number(ParameterCount - trainable)).Append('\n');
        return text.ToString();

        static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
    }
}
