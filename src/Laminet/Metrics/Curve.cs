namespace Laminet.Metrics;

/// <summary>A curve over all thresholds of a binary prediction.</summary>
public enum Curve
{
    /// <summary>Receiver operating characteristic: the true positive rate over the false positive rate.</summary>
    ROC,

    /// <summary>Precision over recall.</summary>
    PR,

    /// <summary>
    /// Precision gain over recall gain: 1 - P FP / (N TP) over max(1 - P FN / (N TP), 0), with P positive and N negative targets. Flach and Kull, "Precision-recall-gain curves", 2015.
    /// </summary>
    PRGAIN,
}
