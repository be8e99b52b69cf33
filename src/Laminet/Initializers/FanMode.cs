namespace Laminet.Initializers;

/// <summary>Which number of units a variance is divided by.</summary>
public enum FanMode
{
    /// <summary>Numbers that flow into a unit: keeps activations' variance.</summary>
    FanIn,

    /// <summary>Numbers that flow out of a unit: keeps gradients' variance.</summary>
    FanOut,

    /// <summary>The mean of both.</summary>
    FanAvg,
}

/// <summary>How weights are distributed.</summary>
public enum WeightDistribution
{
    /// <summary>Normal, cut off at two deviations and widened so that the deviation is as asked.</summary>
    TruncatedNormal,

    /// <summary>Normal.</summary>
    UntruncatedNormal,

    /// <summary>Uniform around 0.</summary>
    Uniform,
}
