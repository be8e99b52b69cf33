namespace Laminet.Layers;

/// <summary>
/// Leaves out cells at the six sides of volumes (batch, depth, height, width, channels); 1 on each side by default, as in Keras. y(h, i, j) = x(h + a, i + b, j + c) with a, b
/// and c cells cut at the beginning of each axis. Keras: <c>Cropping3D</c>.
/// </summary>
/// <inheritdoc cref="CroppingLayer{TMargins}"/>
public sealed class Cropping3D(Margins3D? cropping = null) : CroppingLayer<Margins3D>(cropping ?? 1);
