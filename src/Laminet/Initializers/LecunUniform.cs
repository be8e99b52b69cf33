namespace Laminet.Initializers;

/// <summary>Uniform in ±sqrt(3 / in). LeCun et al., "Efficient BackProp", 1998. Keras: <c>LecunUniform</c>.</summary>
public sealed class LecunUniform() : ScaledInitializer(1, FanMode.FanIn, WeightDistribution.Uniform);
