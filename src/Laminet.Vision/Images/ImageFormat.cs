namespace Laminet.Vision.Images;

/// <summary>The file formats that are read.</summary>
public enum ImageFormat
{
    /// <summary>JPEG: also CMYK, grey and progressive.</summary>
    Jpeg,

    /// <summary>PNG of 1 to 16 bits.</summary>
    Png,

    /// <summary>WebP. Of an animation the first image is read.</summary>
    WebP,

    /// <summary>GIF. Of an animation the first image is read.</summary>
    Gif,

    /// <summary>Windows bitmap.</summary>
    Bmp,
}
