namespace Laminet.Initializers;

/// <summary>
/// Uniform in ±sqrt(6 / (in + out)). Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010. Keras: <c>GlorotUniform</c>;
/// PyTorch: <c>nn.init.xavier_uniform_</c>.
/// </summary>
public sealed class GlorotUniform() : ScaledInitializer(1, FanMode.FanAvg, WeightDistribution.Uniform);
