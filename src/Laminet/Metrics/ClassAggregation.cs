namespace Laminet.Metrics;

/// <summary>How the figures of several outputs become one.</summary>
public enum ClassAggregation
{
    /// <summary>They do not: the result has one number for each output, which a training cannot report.</summary>
    None,

    /// <summary>Their mean.</summary>
    UniformAverage,

    /// <summary>Their mean, weighted by the variance of each output's targets.</summary>
    VarianceWeightedAverage,
}
