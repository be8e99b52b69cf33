namespace Laminet.Metrics;

/// <summary>How the area under a curve between two thresholds is computed.</summary>
public enum AreaSummation
{
    /// <summary>With the mean height; for precision and recall by interpolation between true and false positives.</summary>
    Interpolation,

    /// <summary>With the smaller height.</summary>
    Minoring,

    /// <summary>With the larger height.</summary>
    Majoring,
}
