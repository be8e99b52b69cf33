namespace Laminet.Initializers;

/// <summary>Which number of units a variance is divided by.</summary>
public enum FanMode
{
    /// <summary>The number of inputs of a unit: keeps the variance of activations.</summary>
    FanIn,

    /// <summary>The number of outputs of a unit: keeps the variance of gradients.</summary>
    FanOut,

    /// <summary>The mean of both.</summary>
    FanAvg,
}

/// <summary>How weights are distributed.</summary>
public enum WeightDistribution
{
    /// <summary>Normal, truncated at two standard deviations, and scaled so that the result has the requested deviation.</summary>
    TruncatedNormal,

    /// <summary>Normal.</summary>
    UntruncatedNormal,

    /// <summary>Uniform around 0.</summary>
    Uniform,
}
