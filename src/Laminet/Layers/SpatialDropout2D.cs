namespace Laminet.Layers;

/// <summary>Drops whole features of images, (batch, height, width, channels), in training.</summary>
/// <param name="rate">The share of features that are set to zero, 0 to 1.</param>
public sealed class SpatialDropout2D(double rate) : SpatialDropout(rate, 2);
