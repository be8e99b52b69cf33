namespace Laminet.Layers;

/// <summary>
/// Adds cells of zeros at the six sides of volumes (batch, depth, height, width, channels); 1 on each side by default. y(h + a, i + b, j + c) = x(h, i, j) with a, b and c
/// cells at the beginning of each axis. Keras: <c>ZeroPadding3D</c>; PyTorch: <c>nn.ZeroPad3d</c>.
/// </summary>
/// <inheritdoc cref="ZeroPaddingLayer{TMargins}"/>
public sealed class ZeroPadding3D(Margins3D? padding = null) : ZeroPaddingLayer<Margins3D>(padding ?? 1);
