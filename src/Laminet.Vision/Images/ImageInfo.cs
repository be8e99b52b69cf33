namespace Laminet.Vision.Images;

/// <summary>What the header of an image file says.</summary>
/// <param name="Height">Rows, once <paramref name="Orientation"/> is applied, as in the tensor that is read.</param>
/// <param name="Width">Columns, once <paramref name="Orientation"/> is applied.</param>
/// <param name="Format">The format, from the content and not from the name.</param>
/// <param name="Orientation">How the stored image lies, 1 to 8 as EXIF counts: 1 upright, 3 upside down, 6 and 8 on a side.</param>
/// <param name="HasAlpha">Whether pixels have an opacity.</param>
/// <param name="BitsPerChannel">16 for a PNG of 16 bits; else 8.</param>
public sealed record ImageInfo(int Height, int Width, ImageFormat Format, int Orientation, bool HasAlpha, int BitsPerChannel);
