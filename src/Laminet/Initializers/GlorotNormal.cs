namespace Laminet.Initializers;

/// <summary>
/// Truncated normal of variance 2 / (in + out). Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010. Keras:
/// <c>GlorotNormal</c>.
/// </summary>
public sealed class GlorotNormal() : ScaledInitializer(1, FanMode.FanAvg, WeightDistribution.TruncatedNormal);
