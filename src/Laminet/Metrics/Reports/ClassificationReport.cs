using System.Globalization;
using System.Text;
using Laminet.Tensors;

namespace Laminet.Metrics.Reports;

/// <summary>Precision, recall and F1 score of each class over a whole data set, and their averages. As scikit-learn's <c>classification_report</c>.</summary>
public sealed class ClassificationReport
{
    private const int LeastWidth = 12;

    private ClassificationReport(ConfusionMatrix matrix)
    {
        Classes = [.. Enumerable.Range(0, matrix.Classes).Select(place => Scores(matrix, place))];
        Accuracy = matrix.Accuracy;
        double total = matrix.Total;
        MacroAverage = new("macro avg", Mean(line => line.Precision), Mean(line => line.Recall), Mean(line => line.F1), total);
        WeightedAverage = new("weighted avg", Weighted(line => line.Precision), Weighted(line => line.Recall), Weighted(line => line.F1), total);

        double Mean(Func<ClassScores, double> score) => ConfusionMatrix.Share(Classes.Sum(score), Classes.Count);

        double Weighted(Func<ClassScores, double> score) => ConfusionMatrix.Share(Classes.Sum(line => score(line) * line.Support), total);
    }

    /// <summary>A line for each class.</summary>
    public IReadOnlyList<ClassScores> Classes { get; }

    /// <summary>The share of examples that are predicted right.</summary>
    public double Accuracy { get; }

    /// <summary>The mean of the classes.</summary>
    public ClassScores MacroAverage { get; }

    /// <summary>The mean of the classes, weighted by their support.</summary>
    public ClassScores WeightedAverage { get; }

    /// <summary>The report of a confusion matrix.</summary>
    public static ClassificationReport Of(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return new ClassificationReport(matrix);
    }

    /// <summary>The report of predictions: see <see cref="ConfusionMatrix.Of"/>.</summary>
    /// <param name="targets">Class numbers, or one-hot rows.</param>
    /// <param name="predictions">Class numbers, or scores (..., classes).</param>
    /// <param name="classes">How many classes; null to find it.</param>
    /// <param name="names">A name for each class; by default its number.</param>
    /// <param name="sampleWeight">A weight for each example; null for 1.</param>
    public static ClassificationReport Of(Tensor targets, Tensor predictions, int? classes = null, IReadOnlyList<string>? names = null, Tensor? sampleWeight = null) =>
        new(ConfusionMatrix.Of(targets, predictions, classes, names, sampleWeight));

    /// <summary>The report as text, with two digits.</summary>
    public override string ToString() => ToString(2);

    /// <summary>The report as text.</summary>
    /// <param name="digits">How many digits the scores have.</param>
    public string ToString(int digits)
    {
        int width = Math.Max(LeastWidth, Classes.Select(line => line.Name.Length).DefaultIfEmpty(0).Max());
        StringBuilder text = new();
        Line("", "precision", "recall", "f1-score", "support");
        text.Append('\n');
        foreach (ClassScores line in Classes)
            Of(line);
        text.Append('\n');
        Line("accuracy", "", "", TextTable.Fixed(Accuracy, digits), Count(MacroAverage.Support));
        Of(MacroAverage);
        Of(WeightedAverage);
        return text.ToString();

        void Of(ClassScores line) =>
            Line(line.Name, TextTable.Fixed(line.Precision, digits), TextTable.Fixed(line.Recall, digits), TextTable.Fixed(line.F1, digits), Count(line.Support));

        void Line(string name, params string[] cells)
        {
            text.Append(name.PadLeft(width)).Append(' ');
            foreach (string cell in cells)
                text.Append(' ').Append(cell.PadLeft(9));
            text.Append('\n');
        }

        string Count(double support) => support == Math.Floor(support) ? support.ToString("F0", CultureInfo.InvariantCulture) : TextTable.Fixed(support, digits);
    }

    private static ClassScores Scores(ConfusionMatrix matrix, int place)
    {
        double right = matrix[place, place], support = matrix.Support(place), predicted = matrix.Predicted(place);
        return new(matrix.Names[place], ConfusionMatrix.Share(right, predicted), ConfusionMatrix.Share(right, support), ConfusionMatrix.Share(2 * right, support + predicted), support);
    }
}
