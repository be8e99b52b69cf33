namespace Laminet.Layers;

/// <summary>
/// Adds cells of zeros at the four sides of images (batch, height, width, channels); 1 on each side by default. y(i + a, j + b) = x(i, j) with a rows above and b columns on
/// the left. Keras: <c>ZeroPadding2D</c>; PyTorch: <c>nn.ZeroPad2d</c>.
/// </summary>
/// <inheritdoc cref="ZeroPaddingLayer{TMargins}"/>
public sealed class ZeroPadding2D(Margins2D? padding = null) : ZeroPaddingLayer<Margins2D>(padding ?? 1);
