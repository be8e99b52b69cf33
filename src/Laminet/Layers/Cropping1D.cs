namespace Laminet.Layers;

/// <summary>
/// Leaves out cells at the two ends of sequences (batch, length, channels); 1 at each end by default, as in Keras. y(i) = x(i + a) with a cells cut at the beginning. Keras:
/// <c>Cropping1D</c>.
/// </summary>
/// <inheritdoc cref="CroppingLayer{TMargins}"/>
public sealed class Cropping1D(Margins1D? cropping = null) : CroppingLayer<Margins1D>(cropping ?? 1);
