namespace Laminet.Vision.Images;

/// <summary>Where the middle begins when the margins of a crop cannot be equal: the margin (W - c) / 2 of a width W and a crop c is no whole number.</summary>
public enum CropRounding
{
    /// <summary>Rounded down, as Keras's CenterCrop: 2 of 5 begins at 1.</summary>
    Down,

    /// <summary>Rounded to the nearest whole number, halves to the even one, as torchvision's CenterCrop: 2 of 5 begins at 2.</summary>
    HalfToEven,
}
