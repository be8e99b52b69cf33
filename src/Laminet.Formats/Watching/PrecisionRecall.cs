namespace Laminet.Formats.Watching;

/// <summary>
/// Precision and recall at thresholds from 0 to 1, as TensorBoard's plugin for them counts: an example is taken for positive at threshold
/// i / (n - 1) if floor(prediction * (n - 1)) >= i.
/// </summary>
internal static class PrecisionRecall
{
    // Instead of a division by 0.
    private const double LeastCount = 1e-7;

    /// <summary>Rows of n numbers in one line: true positives, false positives, true negatives, false negatives, precision, recall.</summary>
    public static float[] Of(ReadOnlySpan<double> labels, ReadOnlySpan<double> predictions, int thresholds)
    {
        double[] truePositives = new double[thresholds], falsePositives = new double[thresholds];
        for (int example = 0; example < labels.Length; example++)
        {
            int bucket = (int)Math.Floor(predictions[example] * (thresholds - 1));
            truePositives[bucket] += labels[example];
            falsePositives[bucket] += 1 - labels[example];
        }

        for (int i = thresholds - 2; i >= 0; i--)
        {
            truePositives[i] += truePositives[i + 1];
            falsePositives[i] += falsePositives[i + 1];
        }

        float[] rows = new float[6 * thresholds];
        for (int i = 0; i < thresholds; i++)
        {
            double positives = truePositives[i], wrong = falsePositives[i], missed = truePositives[0] - positives;
            double[] column = [positives, wrong, falsePositives[0] - wrong, missed, positives / Math.Max(LeastCount, positives + wrong), positives / Math.Max(LeastCount, positives + missed)];
            for (int row = 0; row < column.Length; row++)
                rows[(row * thresholds) + i] = (float)column[row];
        }

        return rows;
    }
}
