using System.Globalization;
using Laminet.Cli.Inspection;
using Laminet.Training;
using Spectre.Console;

namespace Laminet.Cli.Rendering;

/// <summary>Shows what memory a model takes: for training and inference, and layer by layer.</summary>
internal static class MemoryView
{
    public static void Write(Screen screen, MemoryReport report)
    {
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"Memory with batches of {report.Batch:N0}:"));
        screen.Line(report.Training is { } training ? Line("Training", training) + $", optimizer {Bytes.Text(training.OptimizerBytes)}" : "Training   not compiled: no optimizer, no loss");
        screen.Line(Line("Inference", report.Inference));
        Table table = screen.NewTable();
        table.AddColumn("Layer");
        foreach (string column in (string[])["Weights", "Optimizer", "Training's peak", "Inference's peak"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (LayerMemory layer in report.Layers)
            AddRow(layer.Name, layer.WeightBytes, layer.OptimizerBytes, layer.TrainingPeakBytes, layer.InferencePeakBytes);
        // Loss, figures, output, and gaps that no other tensor fitted into.
        AddRow("(no layer)", 0, 0, (report.Training?.IntermediateBytes ?? 0) - report.Layers.Sum(layer => layer.TrainingPeakBytes),
            report.Inference.IntermediateBytes - report.Layers.Sum(layer => layer.InferencePeakBytes));
        AddRow("Total", report.Inference.WeightBytes, report.Training?.OptimizerBytes ?? 0, report.Training?.IntermediateBytes ?? 0, report.Inference.IntermediateBytes);
        screen.Console.Write(table);

        void AddRow(string name, params long[] sizes) =>
            table.AddRow([new StyledText(ErrorText.Printable(name)), .. sizes.Select(size => new StyledText(size == 0 ? "-" : Bytes.Text(size)))]);
    }

    private static string Line(string what, MemoryUse use) =>
        $"{what,-9} {Bytes.Text(use.TotalBytes),10}: intermediates {Bytes.Text(use.IntermediateBytes)}, a batch {Bytes.Text(use.BatchBytes)}, weights {Bytes.Text(use.WeightBytes)}";
}
