namespace Laminet.Layers;

/// <summary>Leaves out cells at the four sides of images (batch, height, width, channels); none by default, as in Keras.</summary>
/// <inheritdoc cref="CroppingLayer{TMargins}"/>
public sealed class Cropping2D(Margins2D? cropping = null) : CroppingLayer<Margins2D>(cropping ?? 0);
