namespace Laminet.Metrics;

/// <summary>A curve over all thresholds of a binary prediction.</summary>
public enum Curve
{
    /// <summary>Receiver operating characteristic: the true positive rate over the false positive rate.</summary>
    ROC,

    /// <summary>Precision over recall.</summary>
    PR,
}
