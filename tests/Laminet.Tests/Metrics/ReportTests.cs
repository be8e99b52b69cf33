using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Metrics;
using Laminet.Metrics.Reports;
using Laminet.Tensors;
using Laminet.Verification;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Metrics;

/// <summary>Curves and tables of whole predictions, against scikit-learn.</summary>
public sealed class ReportTests
{
    private static readonly JsonObject Golden = GoldenFile.Json("reports.json");

    public static TheoryData<int> Curves => [.. Enumerable.Range(0, Golden["curves"]!.AsArray().Count)];

    public static TheoryData<int> Reports => [.. Enumerable.Range(0, Golden["reports"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Curves))]
    public void Curves_are_scikit_learns(int row)
    {
        JsonNode item = Golden["curves"]![row]!;
        (Tensor y, Tensor scores, Tensor? weights) = (Tensor.From(item.Numbers("targets")), Tensor.From(item.Numbers("scores")), WeightsOf(item));
        foreach (bool drops in new[] { true, false })
        {
            RocCurve roc = RocCurve.Of(y.Cast(DType.Int32), scores.Reshape([scores.Length, 1]), weights?.Reshape([scores.Length, 1]), drops);
            JsonNode expected = item[drops ? "dropped" : "whole"]!;
            Near.Equal(expected.Numbers("fpr"), roc.FalsePositiveRates, 1e-12);
            Near.Equal(expected.Numbers("tpr"), roc.TruePositiveRates, 1e-12);
            Assert.Equal(double.PositiveInfinity, roc.Thresholds[0]);
            Assert.Equal(expected.Numbers("thresholds"), roc.Thresholds.Skip(1));
            Near.Equal(item["area"]!.GetValue<double>(), roc.Area, 1e-12);
            foreach (JsonNode? at in item["rejection"]!.AsArray())
            {
                BackgroundRejection rejection = roc.RejectionAt(at![0]!.GetValue<double>());
                Near.Equal(at[1]!.GetValue<double>(), rejection.BackgroundEfficiency, 1e-12);
                Near.Equal(1 - at[1]!.GetValue<double>(), rejection.Rejection, 1e-12);
                Assert.Equal(1 / rejection.BackgroundEfficiency, rejection.Factor);
            }
        }

        PrecisionRecallCurve curve = PrecisionRecallCurve.Of(y, scores, weights);
        Near.Equal(item.Numbers("precision"), curve.Precisions, 1e-12);
        Near.Equal(item.Numbers("recall"), curve.Recalls, 1e-12);
        Assert.Equal(item.Numbers("thresholds"), curve.Thresholds);
        Near.Equal(item["average_precision"]!.GetValue<double>(), curve.AveragePrecision, 1e-12);
        Near.Equal(item["pr_area"]!.GetValue<double>(), curve.Area, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void Tables_are_scikit_learns(int row)
    {
        JsonNode item = Golden["reports"]![row]!;
        int classes = item["classes"]!.GetValue<int>();
        string[]? names = item["names"]?.AsArray().Select(name => name!.GetValue<string>()).ToArray();
        (Tensor y, Tensor p, Tensor? weights) = (Tensor.From(item.Numbers("targets")).Cast(DType.Int32), Tensor.From(item.Numbers("predictions")).Cast(DType.Int64), WeightsOf(item));
        ConfusionMatrix matrix = ConfusionMatrix.Of(y, p, classes, names, weights);
        Near.Equal(item.Numbers("matrix"), Entries(matrix), 1e-12);
        Near.Equal(item["normalized"]!.Numbers("true"), Entries(matrix.Normalized(ConfusionNormalization.Targets)), 1e-12);
        Near.Equal(item["normalized"]!.Numbers("pred"), Entries(matrix.Normalized(ConfusionNormalization.Predictions)), 1e-12);
        Near.Equal(item["normalized"]!.Numbers("all"), Entries(matrix.Normalized(ConfusionNormalization.All)), 1e-12);
        // Scores and one-hot targets say the same.
        Assert.Equal(Entries(matrix), Entries(ConfusionMatrix.Of(y.OneHot(classes), p.Cast(DType.Int32).OneHot(classes) * 0.7, names: names, sampleWeight: weights)));
        Assert.Equal(Entries(matrix), Entries(ConfusionMatrix.Of(y, p.Cast(DType.Int32).OneHot(classes) * 0.7, names: names, sampleWeight: weights)));

        ClassificationReport report = ClassificationReport.Of(matrix);
        Near.Equal(item["accuracy"]!.GetValue<double>(), report.Accuracy, 1e-12);
        foreach ((int place, ClassScores line) in report.Classes.Append(report.MacroAverage).Append(report.WeightedAverage).Index())
            Near.Equal(GoldenFile.Numbers(item["lines"]![place]), [line.Precision, line.Recall, line.F1, line.Support], 1e-12);
        if (item["text"] is not { } text)
            return;
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(text.GetValue<string>(), report.ToString());
            Assert.Equal(item["text4"]!.GetValue<string>(), ClassificationReport.Of(y, p, classes, names).ToString(4));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_matrix_is_printed_in_columns()
    {
        ConfusionMatrix matrix = ConfusionMatrix.Of(Tensor.From(0, 0, 0, 1, 2), Tensor.From(0, 1, 1, 1, 0), names: ["cat", "elephant", "ox"]);
        Assert.Equal(
            "target \\ predicted  cat  elephant  ox\n"
            + "               cat    1         2   0\n"
            + "          elephant    0         1   0\n"
            + "                ox    1         0   0\n", matrix.ToString());
        Assert.Equal(
            "target \\ predicted     cat  elephant  ox\n"
            + "               cat  0.3333    0.6667   0\n"
            + "          elephant       0         1   0\n"
            + "                ox       1         0   0\n", matrix.Normalized(ConfusionNormalization.Targets).ToString());
        Assert.Equal([(0, 1, 2.0), (2, 0, 1)], matrix.MostConfused());
        Assert.Equal([(0, 1, 2.0)], matrix.MostConfused(least: 2));
        Assert.Equal(0.4, matrix.Accuracy);
        Assert.Equal((3, 5.0), (matrix.Classes, matrix.Total));
    }

    // Class 1 has one wrong pixel beside two right ones; class 2 occurs nowhere.
    [Fact]
    public void Overlaps_of_regions_leave_out_what_is_unlabelled_and_absent()
    {
        ConfusionMatrix matrix = ConfusionMatrix.Of(Tensor.From(0, 255, 0, 1, 1, 255), Tensor.From(0, 2, 1, 1, 1, 0), classes: 3, ignoreClass: 255);
        Assert.Equal((4.0, 0.75), (matrix.Total, matrix.Accuracy));
        Assert.Equal((0.5, 2 / 3.0, 0.0), (matrix.IoU(0), matrix.IoU(1), matrix.IoU(2)));
        Assert.Equal(7 / 12.0, matrix.MeanIoU, 15);
        // Without a number of classes, the one to ignore does not count among them.
        Assert.Equal(2, ConfusionMatrix.Of(Tensor.From(0, 255), Tensor.From(0, 1), ignoreClass: 255).Classes);
        // It may be a class too; weights count.
        Assert.Equal(0.6, ConfusionMatrix.Of(Tensor.From(0, 0, 1), Tensor.From(0, 1, 0), 2, sampleWeight: Tensor.From(3.0, 2, 7), ignoreClass: 1).IoU(0), 15);
        Assert.Equal(0, ConfusionMatrix.Of(Tensor.From(3, 3), Tensor.From(0, 1), 2, ignoreClass: 3).MeanIoU);
    }

    [Fact]
    public void Overlaps_of_masks_are_those_of_the_metrics()
    {
        const int Classes = 4, Unlabelled = 4;
        Tensor masks = new RandomKey(1).Uniform([2, 5, 6], 0, Classes + 1).Cast(DType.Int32), found = new RandomKey(2).Uniform([2, 5, 6], 0, Classes).Cast(DType.Int32);
        ConfusionMatrix matrix = ConfusionMatrix.Of(masks, found, Classes, ignoreClass: Unlabelled);
        Assert.Equal(masks.NotEqual(Unlabelled).Cast(DType.Int64).Sum().Item<long>(), matrix.Total);
        MeanIoU mean = new(Classes, ignoreClass: Unlabelled);
        mean.UpdateState(masks, found);
        Assert.Equal(mean.Result().ToDouble(), matrix.MeanIoU, 12);
        for (int number = 0; number < Classes; number++)
        {
            IoU one = new(Classes, [number], ignoreClass: Unlabelled);
            one.UpdateState(masks, found);
            Assert.Equal(one.Result().ToDouble(), matrix.IoU(number), 12);
        }

        Tensor scores = found.OneHot(Classes);
        Assert.Equal(matrix.MeanIoU, ConfusionMatrix.Of(masks, scores, ignoreClass: Unlabelled).MeanIoU);
    }

    [Fact]
    public void The_largest_losses_are_found()
    {
        Tensor y = Tensor.From(new[,] { { 1.0, 1 }, { 0, 0 }, { 2, 2 }, { 0, 1 } }), p = Tensor.From(new[,] { { 1.0, 2 }, { 0, 0 }, { 5, 2 }, { double.NaN, 1 } });
        TopLosses top = TopLosses.Of("mse", y, p, 3);
        Assert.Equal([3, 2, 0], top.Indices);
        Assert.Equal([double.NaN, 4.5, 0.5], top.Losses);
        Assert.Equal([0, 1, 2.0, 2, 1, 1], top.Targets.ToArray<double>());
        Assert.Equal([5.0, 2], top.Predictions.At(1).ToArray<double>());
        Assert.Equal("example    loss\n      2  4.5000\n      0  0.5000\n", TopLosses.Of("mse", y.Slice(0, 3), p.Slice(0, 3), 2).ToString());
        // Steps of a sequence count by their mean.
        Assert.Equal([1.5], TopLosses.Of("mae", Tensor.Zeros([2, 2, 1]), Tensor.From(new[, ,] { { { 0f }, { 1 } }, { { 1 }, { 2 } } }), 1).Losses);
        Assert.Empty(TopLosses.Of("mse", y, p, 0).Indices);
        Assert.StartsWith("TopLosses: the loss 'dice' has the shape () for predictions of shape (4, 2); expected one for each example. Give it an axis that leaves the examples apart.",
            Assert.Throws<ArgumentException>(() => TopLosses.Of("dice", y, p)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Background_is_rejected_at_an_efficiency_for_signal()
    {
        // Signal at 0.9, 0.8, 0.4; background at 0.6, 0.3, 0.2, 0.1.
        RocCurve curve = RocCurve.Of(Tensor.From(1, 1, 0, 1, 0, 0, 0), Tensor.From(0.9, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1));
        BackgroundRejection none = curve.RejectionAt(0.5), some = curve.RejectionAt(0.9);
        Assert.Equal((0.0, 1.0, double.PositiveInfinity), (none.BackgroundEfficiency, none.Rejection, none.Factor));
        Assert.Equal(0.25, some.BackgroundEfficiency, 12);
        Assert.Equal(0.4, some.Threshold);
        Assert.Equal("signal efficiency 0.9: background efficiency 0.25, rejection 0.75, 1 in 4, at score 0.4", some.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => curve.RejectionAt(0));
        Assert.StartsWith("Received a signal efficiency of 1.5; expected a number above 0 and at most 1, such as 0.9.",
            Assert.Throws<ArgumentOutOfRangeException>(() => curve.RejectionAt(1.5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_curve_or_table_is_told()
    {
        Assert.StartsWith("RocCurve: received 2 positive and 0 negative targets, by weight; expected some of both.",
            Assert.Throws<ArgumentException>(() => RocCurve.Of(Tensor.From(1, 1), Tensor.From(0.1, 0.2))).Message, StringComparison.Ordinal);
        Assert.StartsWith("RocCurve: the score at index 1 is NaN, so the scores have no order.",
            Assert.Throws<ArgumentException>(() => RocCurve.Of(Tensor.From(1, 0), Tensor.From(0.1, double.NaN))).Message, StringComparison.Ordinal);
        Assert.StartsWith("RocCurve: received targets of shape (3,) for predictions of shape (2,)",
            Assert.Throws<ShapeException>(() => RocCurve.Of(Tensor.From(1, 0, 1), Tensor.From(0.1, 0.2))).Message, StringComparison.Ordinal);
        Assert.StartsWith("RocCurve: received no targets; expected at least one.",
            Assert.Throws<ArgumentException>(() => RocCurve.Of(Tensor.Zeros([0]), Tensor.Zeros([0]))).Message, StringComparison.Ordinal);
        Assert.StartsWith("PrecisionRecallCurve: no target is positive, so there is no recall.",
            Assert.Throws<ArgumentException>(() => PrecisionRecallCurve.Of(Tensor.From(0, 0), Tensor.From(0.1, 0.2))).Message, StringComparison.Ordinal);
        Assert.StartsWith("ConfusionMatrix: at index 1 the target is class 3 and the prediction class 1; there are 2 classes, 0 to 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => ConfusionMatrix.Of(Tensor.From(0, 3), Tensor.From(0, 1), 2)).Message, StringComparison.Ordinal);
        Assert.Equal("ConfusionMatrix: received 1 names for 2 classes; expected one for each.",
            Assert.Throws<ShapeException>(() => ConfusionMatrix.Of(Tensor.From(0, 1), Tensor.From(0, 1), 2, ["a"])).Message);
        Assert.StartsWith("ConfusionMatrix: received targets of shape (2,) for predictions of shape (3,)",
            Assert.Throws<ShapeException>(() => ConfusionMatrix.Of(Tensor.From(0, 1), Tensor.From(0, 1, 1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(0.285, 2, "0.28")]
    [InlineData(2.675, 2, "2.67")]
    [InlineData(0.5, 0, "0")]
    [InlineData(1, 2, "1.00")]
    public void Numbers_are_rounded_as_in_Python(double number, int digits, string expected) => Assert.Equal(expected, TextTable.Fixed(number, digits));

    private static Tensor? WeightsOf(JsonNode item) => item["weights"] is null ? null : Tensor.From(item.Numbers("weights"));

    private static double[] Entries(ConfusionMatrix matrix) =>
        [.. from target in Enumerable.Range(0, matrix.Classes) from prediction in Enumerable.Range(0, matrix.Classes) select matrix[target, prediction]];
}
