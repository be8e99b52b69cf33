namespace Laminet.Initializers;

/// <summary>
/// Truncated normal of variance 2 / in, for relu. He et al., "Delving deep into rectifiers: surpassing human-level performance on ImageNet classification", 2015. Keras:
/// <c>HeNormal</c>.
/// </summary>
public sealed class HeNormal() : ScaledInitializer(2, FanMode.FanIn, WeightDistribution.TruncatedNormal);
