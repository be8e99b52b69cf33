namespace Laminet.Layers;

/// <summary>
/// Drops whole features of sequences, (batch, time, features), in training. y = x m / (1 - rate) with m = 0 for the features dropped and 1 for the others. (Tompson et al.,
/// "Efficient object localization using convolutional networks", CVPR 2015.) Keras: <c>SpatialDropout1D</c>; PyTorch: <c>nn.Dropout1d</c>.
/// </summary>
/// <param name="rate">The share of features that are set to zero, 0 to 1.</param>
public sealed class SpatialDropout1D(double rate) : SpatialDropout(rate, 1);
