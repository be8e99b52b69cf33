using System.Globalization;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics.Reports;

/// <summary>How often each class (row) was predicted as each class (column), over a whole data set. As scikit-learn's <c>confusion_matrix</c>.</summary>
public sealed class ConfusionMatrix
{
    private readonly double[,] counts;

    private ConfusionMatrix(double[,] counts, IReadOnlyList<string> names) => (this.counts, Names) = (counts, names);

    /// <summary>How many classes there are.</summary>
    public int Classes => counts.GetLength(0);

    /// <summary>The classes' names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number, or weight, of examples of one class that were predicted as another.</summary>
    /// <param name="target">The right class.</param>
    /// <param name="prediction">The predicted class.</param>
    public double this[int target, int prediction] => counts[target, prediction];

    /// <summary>The number, or weight, of all examples.</summary>
    public double Total => counts.Cast<double>().Sum();

    /// <summary>The share of examples that are predicted right; 0 if there are none.</summary>
    public double Accuracy => Share(Enumerable.Range(0, Classes).Sum(place => counts[place, place]), Total);

    /// <summary>The mean of <see cref="IoU"/> over the classes that targets or predictions have; 0 if there are none. With the class to ignore, as <see cref="Metrics.MeanIoU"/>.</summary>
    public double MeanIoU
    {
        get
        {
            int[] present = [.. Enumerable.Range(0, Classes).Where(place => Support(place) + Predicted(place) > 0)];
            return Share(present.Sum(IoU), present.Length);
        }
    }

    /// <summary>Counts predictions.</summary>
    /// <param name="targets">Class numbers, or one-hot rows of the predictions' shape. Masks (..., height, width) are class numbers if the number of classes is given and is not the width.</param>
    /// <param name="predictions">Class numbers of any type but with as many elements as there are class numbers, or scores (..., classes), of which the largest counts.</param>
    /// <param name="classes">How many classes; null for as many as the scores have, or as numbers occur.</param>
    /// <param name="names">A name for each class; by default its number.</param>
    /// <param name="sampleWeight">A weight for each example; null for 1.</param>
    /// <param name="ignoreClass">A target that leaves its example out, such as 255 for unlabelled pixels; null for none. It need not be a class.</param>
    /// <exception cref="ShapeException">There are not as many predictions as targets, or not as many names as classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class number is negative or too large.</exception>
    public static ConfusionMatrix Of(Tensor targets, Tensor predictions, int? classes = null, IReadOnlyList<string>? names = null, Tensor? sampleWeight = null, int? ignoreClass = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(predictions);
        bool areScores = predictions.DType.IsFloat() && predictions.Rank > 0 && predictions.Shape[-1] > 1 && predictions.Shape != targets.Shape
            || targets.Rank > 1 && targets.Shape == predictions.Shape && targets.Shape[-1] > 1 && (classes ?? names?.Count ?? targets.Shape[-1]) == targets.Shape[-1];
        if (areScores)
        {
            classes ??= predictions.Shape[-1];
            targets = targets.Shape == predictions.Shape ? Ordered(targets).ArgMax() : Targets.Labels(nameof(ConfusionMatrix), targets, predictions);
            predictions = Ordered(predictions).ArgMax();
        }

        if (targets.Length != predictions.Length)
            Targets.RequireSameShape(nameof(ConfusionMatrix), targets, predictions);
        int[] right = targets.Cast(DType.Int32).ToArray<int>(), said = predictions.Cast(DType.Int32).ToArray<int>();
        double[]? weights = SampleWeights.For(nameof(ConfusionMatrix), sampleWeight, predictions.Shape)?.BroadcastTo(predictions.Shape).ToArray<double>();
        int count = classes ?? names?.Count ?? right.Where(label => label != ignoreClass).Concat(said).Append(-1).Max() + 1;
        if (names is not null && names.Count != count)
            throw new ShapeException($"{nameof(ConfusionMatrix)}: received {names.Count} names for {count} classes; expected one for each.");
        double[,] counts = new double[count, count];
        for (int i = 0; i < right.Length; i++)
        {
            if (right[i] == ignoreClass)
                continue;
            if ((uint)right[i] >= (uint)count || (uint)said[i] >= (uint)count)
            {
                throw new ArgumentOutOfRangeException((uint)right[i] >= (uint)count ? nameof(targets) : nameof(predictions),
                    $"{nameof(ConfusionMatrix)}: at index {i} the target is class {right[i]} and the prediction class {said[i]}; there are {count} classes, 0 to {count - 1}.");
            }

            counts[right[i], said[i]] += weights?[i] ?? 1;
        }

        return new ConfusionMatrix(counts, names ?? [.. Enumerable.Range(0, count).Select(place => place.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>The weight of each class in the targets.</summary>
    public double Support(int target) => Enumerable.Range(0, Classes).Sum(prediction => counts[target, prediction]);

    /// <summary>The weight of each class in the predictions.</summary>
    public double Predicted(int prediction) => Enumerable.Range(0, Classes).Sum(target => counts[target, prediction]);

    /// <summary>The overlap of a class's predicted and true regions: TP / (TP + FP + FN); 0 where neither targets nor predictions have it.</summary>
    public double IoU(int target) => Share(counts[target, target], Support(target) + Predicted(target) - counts[target, target]);

    /// <summary>The same as shares; 0 where a row or column is empty.</summary>
    /// <param name="by">What the entries are divided by.</param>
    public ConfusionMatrix Normalized(ConfusionNormalization by)
    {
        double[,] shares = new double[Classes, Classes];
        double total = Total;
        for (int target = 0; target < Classes; target++)
        {
            for (int prediction = 0; prediction < Classes; prediction++)
            {
                shares[target, prediction] = Share(counts[target, prediction], by switch
                {
                    ConfusionNormalization.Targets => Support(target),
                    ConfusionNormalization.Predictions => Predicted(prediction),
                    _ => total,
                });
            }
        }

        return new ConfusionMatrix(shares, Names);
    }

    /// <summary>The pairs of classes that are most often confused, the most frequent first.</summary>
    /// <param name="least">The least weight of a pair.</param>
    public IReadOnlyList<(int Target, int Prediction, double Count)> MostConfused(double least = 1) =>
    [
        .. from target in Enumerable.Range(0, Classes)
           from prediction in Enumerable.Range(0, Classes)
           where target != prediction && counts[target, prediction] >= least
           orderby counts[target, prediction] descending
           select (target, prediction, counts[target, prediction]),
    ];

    /// <summary>The table, a row for each class of the targets and a column for each of the predictions.</summary>
    public override string ToString() => TextTable.Of(
        ["target \\ predicted", .. Names],
        [.. Enumerable.Range(0, Classes).Select(target => (string[])[Names[target], .. Enumerable.Range(0, Classes).Select(prediction => Text(counts[target, prediction]))])]);

    internal static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;

    // Counts are whole; shares and weights have four digits.
    private static string Text(double number) => number == Math.Floor(number) ? number.ToString("F0", CultureInfo.InvariantCulture) : TextTable.Fixed(number, 4);

    private static Tensor Ordered(Tensor scores) => scores.DType == DType.Bool ? scores.Cast(DType.UInt8) : scores;
}
