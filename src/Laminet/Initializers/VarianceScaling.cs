namespace Laminet.Initializers;

/// <summary>Random weights of variance scale / n with every choice free; the Glorot, He and Lecun initializers are the usual ones.</summary>
/// <param name="scale">The variance times n; above 0.</param>
/// <param name="mode">What n is.</param>
/// <param name="distribution">How the weights are distributed.</param>
public sealed class VarianceScaling(
    double scale = 1, FanMode mode = FanMode.FanIn, WeightDistribution distribution = WeightDistribution.TruncatedNormal)
    : ScaledInitializer(scale, mode, distribution);
