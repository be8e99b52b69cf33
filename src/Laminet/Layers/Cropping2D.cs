namespace Laminet.Layers;

/// <summary>
/// Leaves out cells at the four sides of images (batch, height, width, channels); none by default, as in Keras. y(i, j) = x(i + a, j + b) with a rows cut above and b columns
/// on the left. Keras: <c>Cropping2D</c>.
/// </summary>
/// <inheritdoc cref="CroppingLayer{TMargins}"/>
public sealed class Cropping2D(Margins2D? cropping = null) : CroppingLayer<Margins2D>(cropping ?? 0);
