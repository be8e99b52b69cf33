namespace Laminet.Initializers;

/// <summary>Truncated normal of variance 1 / in. LeCun et al., "Efficient BackProp", 1998. Keras: <c>LecunNormal</c>.</summary>
public sealed class LecunNormal() : ScaledInitializer(1, FanMode.FanIn, WeightDistribution.TruncatedNormal);
