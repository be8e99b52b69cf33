namespace Laminet.Initializers;

/// <summary>Truncated normal of variance 2 / in, for relu. He et al., "Delving deep into rectifiers", 2015.</summary>
public sealed class HeNormal() : ScaledInitializer(2, FanMode.FanIn, WeightDistribution.TruncatedNormal);
