using System.Text.Json.Nodes;
using Laminet.Metrics;

namespace Laminet.Verification.Metrics;

/// <summary>Settings that metrics need, and batches of the shapes that they expect.</summary>
internal static class MetricExamples
{
    private const int Classes = 7;

    /// <summary>The settings without which a metric cannot be made, and which make its result one number.</summary>
    public static JsonObject Needed(string name) => name switch
    {
        nameof(F1Score) or nameof(FBetaScore) => new() { ["num_classes"] = Classes, ["average"] = "macro" },
        nameof(IoU) or nameof(OneHotIoU) => new() { ["num_classes"] = Classes, ["target_class_ids"] = new JsonArray(0, 2) },
        nameof(MeanIoU) or nameof(OneHotMeanIoU) => new() { ["num_classes"] = Classes },
        nameof(PrecisionAtRecall) => new() { ["recall"] = 0.5 },
        nameof(RecallAtPrecision) => new() { ["precision"] = 0.125 },
        nameof(SensitivityAtSpecificity) => new() { ["specificity"] = 0.5 },
        nameof(SpecificityAtSensitivity) => new() { ["sensitivity"] = 0.5 },
        nameof(R2Score) => new() { ["num_outputs"] = Classes },
        _ => [],
    };

    /// <summary>37 rows of seven scores, their targets and weights.</summary>
    public static (Tensor Target, Tensor Prediction, Tensor Weights) Batch(string name, int number)
    {
        RandomKey key = new((ulong)number);
        Tensor prediction = key.Uniform([37, Classes]), labels = (key.Fold(1).Uniform([37]) * Classes).Cast(DType.Int32), weights = key.Fold(2).Uniform([37]);
        // Some are equal to their targets.
        if (name == nameof(Accuracy))
            prediction = prediction.Greater(0.5).Cast(DType.Float32);
        bool areNumbers = name is nameof(IoU) or nameof(MeanIoU);
        if (areNumbers)
            prediction = (key.Fold(3).Uniform([37]) * Classes).Cast(DType.Int32);
        return (areNumbers || name.StartsWith("Sparse", StringComparison.Ordinal) ? labels : labels.OneHot(Classes, DType.UInt8), prediction, weights);
    }
}
