namespace Laminet.Vision.Images;

/// <summary>How an image is brought to <see cref="ImageReading.Size"/>.</summary>
public enum ImageFit
{
    /// <summary>Height and width are scaled by different factors, so shapes are distorted.</summary>
    Stretch,

    /// <summary>The largest part of the middle that has the proportions of the new size is cut out and scaled, as Keras's crop_to_aspect_ratio does.</summary>
    Cover,

    /// <summary>The whole image is scaled by one factor and put into the middle; the rest is filled.</summary>
    Letterbox,

    /// <summary>The shorter side is scaled to <see cref="ImageReading.ShorterSide"/>, then the middle is cut out, as torchvision's Resize and CenterCrop do.</summary>
    CenterCrop,
}
