namespace Laminet.Initializers;

/// <summary>Uniform in ±sqrt(6 / in), for relu. He et al., "Delving deep into rectifiers", 2015.</summary>
public sealed class HeUniform() : ScaledInitializer(2, FanMode.FanIn, WeightDistribution.Uniform);
