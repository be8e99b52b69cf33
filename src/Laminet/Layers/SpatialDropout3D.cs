namespace Laminet.Layers;

/// <summary>Drops whole features of volumes, (batch, depth, height, width, channels), in training.</summary>
/// <param name="rate">The share of features that are set to zero, 0 to 1.</param>
public sealed class SpatialDropout3D(double rate) : SpatialDropout(rate, 3);
