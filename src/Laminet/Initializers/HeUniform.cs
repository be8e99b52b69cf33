namespace Laminet.Initializers;

/// <summary>
/// Uniform in ±sqrt(6 / in), for relu. He et al., "Delving deep into rectifiers: surpassing human-level performance on ImageNet classification", 2015. Keras: <c>HeUniform</c>;
/// PyTorch: <c>nn.init.kaiming_uniform_</c>.
/// </summary>
public sealed class HeUniform() : ScaledInitializer(2, FanMode.FanIn, WeightDistribution.Uniform);
