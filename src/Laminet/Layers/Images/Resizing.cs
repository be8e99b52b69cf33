using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Images in another size, in training and otherwise; see <see cref="Tensor.Resize"/>. Pixel i of n along an axis of length l is taken at (i + 1/2) l / n - 1/2. Whole numbers
/// stay whole: results are rounded and kept within their type. Keras: <c>Resizing</c>.
/// </summary>
/// <param name="height">The height of the result.</param>
/// <param name="width">Its width.</param>
/// <param name="interpolation">How new pixels come from old ones.</param>
/// <param name="cropToAspectRatio">Whether to keep the proportions by leaving out what is beyond the largest window in the middle that has the new shape.</param>
/// <param name="padToAspectRatio">Whether to keep the proportions by adding a border.</param>
/// <param name="fillValue">The number in the border.</param>
/// <param name="antialias">Whether, in a smaller image, a new pixel is the mean of all old ones under it.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class Resizing(
    int height, int width, Interpolation interpolation = Interpolation.Bilinear, bool cropToAspectRatio = false, bool padToAspectRatio = false, double fillValue = 0, bool antialias = false,
    BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy) : GeometricLayer(boundingBoxFormat)
{
    public int Height { get; } = Setting.Require(height, height >= 1, "1 or more");
    public int Width { get; } = Setting.Require(width, width >= 1, "1 or more");
    public Interpolation Interpolation { get; } = interpolation;
    public bool CropToAspectRatio { get; } = cropToAspectRatio;
    public bool PadToAspectRatio { get; } = padToAspectRatio && cropToAspectRatio
        ? throw new ArgumentException("Received cropToAspectRatio and padToAspectRatio; expected one of them, or none.", nameof(padToAspectRatio))
        : padToAspectRatio;
    public double FillValue { get; } = fillValue;
    public bool Antialias { get; } = antialias;

    private protected override bool ActsInInference => true;

    private protected override bool KeepsType => true;

    private protected override ImageChange Change(ImageDraw draw)
    {
        (int Height, int Width) size = (Height, Width);
        (int, int, int, int) window = CropToAspectRatio ? CropAndResize.Largest(draw.Height, draw.Width, size)
            : PadToAspectRatio ? CropAndResize.Smallest(draw.Height, draw.Width, size)
            : (0, 0, draw.Height, draw.Width);
        return new CropAndResize(window, size, Interpolation, Antialias, FillValue);
    }
}
