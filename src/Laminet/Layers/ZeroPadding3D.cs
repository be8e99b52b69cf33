namespace Laminet.Layers;

/// <summary>Adds cells of zeros at the six sides of volumes (batch, depth, height, width, channels); 1 on each side by default.</summary>
/// <inheritdoc cref="ZeroPaddingLayer{TMargins}"/>
public sealed class ZeroPadding3D(Margins3D? padding = null) : ZeroPaddingLayer<Margins3D>(padding ?? 1);
