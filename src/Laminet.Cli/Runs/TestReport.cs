using Laminet.Data;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Runs;

/// <summary>How well a model does on test images.</summary>
/// <param name="Images">How many there are.</param>
/// <param name="Accuracy">The share named rightly.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Classes">How each class fares.</param>
/// <param name="Confusion">How many images of a class (row) were taken for a class (column).</param>
internal sealed record TestReport(
    int Images, double Accuracy, double Loss, IReadOnlyList<ClassRecall> Classes, IReadOnlyList<IReadOnlyList<int>> Confusion)
{
    private const int MaximumBatch = 256, NumbersInBatch = 1 << 22;

    public static TestReport Measure(Model model, ImageData data, CancellationToken cancellation)
    {
        Examples test = data.Test;
        // A batch of large photographs would need much memory.
        Dataset batches = test.ToDataset().Batch(Math.Clamp((int)(NumbersInBatch / data.ImageShape.LongCount), 1, MaximumBatch));
        // Losses that compare with one number for each class are given a one for the right class and zeros.
        Dataset targeted = model.Loss is SparseCategoricalCrossentropy ? batches
            : batches.Map(batch => new Batch(batch.Inputs, batch.Y!.OneHot(data.ClassNames.Count, model.Outputs.Only.DType)));
        double loss = model.Evaluate(targeted, cancellationToken: cancellation)["loss"];
        int[] predicted = model.Predict(batches, cancellationToken: cancellation)[0].ArgMax().Cast(DType.Int32).ToArray<int>();
        IReadOnlyList<int> labels = test.Labels;
        int[][] confusion = [.. data.ClassNames.Select(_ => new int[data.ClassNames.Count])];
        foreach ((int label, int guess) in labels.Zip(predicted))
            confusion[label][guess]++;
        ClassRecall[] classes = [.. data.ClassNames.Select((name, label) => new ClassRecall(name, confusion[label].Sum(), Share(confusion[label][label], confusion[label].Sum())))];
        return new TestReport(test.Count, (double)confusion.Select((row, label) => row[label]).Sum() / test.Count, loss, classes, confusion);

        static double? Share(int right, int all) => all == 0 ? null : (double)right / all;
    }
}

/// <summary>How many images of a class there are and the share of them that was recognized; null where there are none.</summary>
internal sealed record ClassRecall(string Class, int Images, double? Recall);
