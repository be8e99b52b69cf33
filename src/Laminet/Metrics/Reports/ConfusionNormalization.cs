namespace Laminet.Metrics.Reports;

/// <summary>What the entries of a confusion matrix are divided by.</summary>
public enum ConfusionNormalization
{
    /// <summary>The sum of each row, so that the diagonal holds the recalls.</summary>
    Targets,

    /// <summary>The sum of each column, so that the diagonal holds the precisions.</summary>
    Predictions,

    /// <summary>The sum of all, so that the diagonal adds up to the accuracy.</summary>
    All,
}
