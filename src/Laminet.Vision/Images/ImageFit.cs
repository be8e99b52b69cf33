namespace Laminet.Vision.Images;

/// <summary>How an image of another shape comes to the size that was asked for.</summary>
public enum ImageFit
{
    /// <summary>Height and width are scaled each by its own factor; shapes are distorted.</summary>
    Stretch,

    /// <summary>The largest part of the wanted shape is cut out of the middle and scaled, as Keras's crop_to_aspect_ratio does.</summary>
    Cover,

    /// <summary>The whole image is scaled by one factor and put into the middle; the rest is filled.</summary>
    Letterbox,

    /// <summary>The shorter side is scaled to <see cref="ImageReading.ShorterSide"/>, then the middle is cut out, as torchvision's Resize and CenterCrop do.</summary>
    CenterCrop,
}
