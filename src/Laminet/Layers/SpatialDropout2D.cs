namespace Laminet.Layers;

/// <summary>
/// Drops whole features of images, (batch, height, width, channels), in training. y = x m / (1 - rate) with m = 0 for the features dropped and 1 for the others. (Tompson et
/// al., "Efficient object localization using convolutional networks", CVPR 2015.) Keras: <c>SpatialDropout2D</c>; PyTorch: <c>nn.Dropout2d</c>.
/// </summary>
/// <param name="rate">The share of features that are set to zero, 0 to 1.</param>
public sealed class SpatialDropout2D(double rate) : SpatialDropout(rate, 2);
