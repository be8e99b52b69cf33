namespace Laminet.Vision.Images;

/// <summary>The channels that an image is read with, whatever its file stores.</summary>
public enum ImageColor
{
    /// <summary>
    /// Red, green, blue: 3 channels. Grey is repeated. The opacity is left out before anything else, so that an invisible pixel has the colour that the file stores for it, at every size: as Pillow's
    /// convert("RGB") and then resize. In a GIF an invisible pixel is black. To paint the image on a background, read it as <see cref="Rgba"/>.
    /// </summary>
    Rgb,

    /// <summary>Red, green, blue and opacity: 4 channels. Colours are not multiplied by the opacity. Where the size changes, each colour counts as much as its pixel is visible, as in Pillow's mode RGBA.</summary>
    Rgba,

    /// <summary>Luma of the colours that <see cref="Rgb"/> gives: 1 channel. Y = 0.299 R + 0.587 G + 0.114 B, in 16 bits behind the point and rounded, as Pillow's mode L. Source: ITU-R BT.601.</summary>
    Grey,
}
