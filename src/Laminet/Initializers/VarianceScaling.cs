namespace Laminet.Initializers;

/// <summary>
/// Random weights of variance scale / n with free choice of scale, n and distribution. The Glorot, He and Lecun initializers are the usual choices. Keras:
/// <c>VarianceScaling</c>.
/// </summary>
/// <param name="scale">The variance times n; above 0.</param>
/// <param name="mode">How n is chosen.</param>
/// <param name="distribution">How the weights are distributed.</param>
public sealed class VarianceScaling(
    double scale = 1, FanMode mode = FanMode.FanIn, WeightDistribution distribution = WeightDistribution.TruncatedNormal)
    : ScaledInitializer(scale, mode, distribution);
