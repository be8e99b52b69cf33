namespace Laminet.Layers;

/// <summary>Drops whole features of sequences, (batch, time, features), in training.</summary>
/// <param name="rate">The share of features that are set to zero, 0 to 1.</param>
public sealed class SpatialDropout1D(double rate) : SpatialDropout(rate, 1);
