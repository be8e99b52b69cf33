namespace Laminet.Layers;

/// <summary>Leaves out cells at the six sides of volumes (batch, depth, height, width, channels); 1 on each side by default, as in Keras.</summary>
/// <inheritdoc cref="CroppingLayer{TMargins}"/>
public sealed class Cropping3D(Margins3D? cropping = null) : CroppingLayer<Margins3D>(cropping ?? 1);
