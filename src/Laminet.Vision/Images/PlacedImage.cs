using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>An image that was read, and which way its pixels went: its boxes and its mask go the same.</summary>
/// <param name="Image">(height, width, channels).</param>
/// <param name="Stored">The upright size in the file.</param>
/// <param name="Placement">From the upright image in the file to the tensor.</param>
/// <param name="Limits">What files may ask for.</param>
internal sealed record PlacedImage(Tensor Image, (int Height, int Width) Stored, Placement Placement, ImageLimits Limits);
