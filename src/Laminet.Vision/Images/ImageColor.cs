namespace Laminet.Vision.Images;

/// <summary>The channels that an image is read with, whatever its file stores.</summary>
public enum ImageColor
{
    /// <summary>Red, green, blue: 3 channels. Grey is repeated; opacity is left out.</summary>
    Rgb,

    /// <summary>Red, green, blue and opacity: 4 channels. Colours are not multiplied by the opacity.</summary>
    Rgba,

    /// <summary>Luma: 1 channel. Y = 0.299 R + 0.587 G + 0.114 B, in 16 bits behind the point and rounded, as Pillow's mode L. Source: ITU-R BT.601.</summary>
    Grey,
}
