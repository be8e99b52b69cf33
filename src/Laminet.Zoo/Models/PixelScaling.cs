namespace Laminet.Zoo.Models;

/// <summary>What a model does first with the numbers of an image, which are 0 to 255 unless it is <see cref="None"/>.</summary>
public enum PixelScaling
{
    /// <summary>Nothing: the images are prepared already.</summary>
    None,

    /// <summary>To 0 to 1: x / 255.</summary>
    Unit,

    /// <summary>To -1 to 1: x / 127.5 - 1; "tf" in Keras.</summary>
    Symmetric,

    /// <summary>
    /// (x / 255 - mean) / deviation, with the mean (0.485, 0.456, 0.406) and deviation (0.229, 0.224, 0.225) of ImageNet's red, green and blue; "torch" in Keras.
    /// For other than three channels the mean of the three, 0.449 and 0.226.
    /// </summary>
    ImageNet,

    /// <summary>
    /// Minus the mean (123.68, 116.779, 103.939) of ImageNet's red, green and blue; "caffe" in Keras, which also reverses the order of the colours. Weights that were trained with that order need the first
    /// kernel with its input channels reversed, as the networks of Laminet.Transfer have it. For images of three channels.
    /// </summary>
    Caffe,
}
