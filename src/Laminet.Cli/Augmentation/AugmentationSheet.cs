using Laminet.Layers;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Cli.Augmentation;

/// <summary>A photo, and what layers make of it: a row for each layer, the photo first.</summary>
internal sealed class AugmentationSheet
{
    // Of a batch that is mixed, the first image is shown; the more others, the rarer it is mixed with itself.
    private const int Others = 7;
    private const byte Ground = 255;

    private readonly int side;
    private readonly Tensor photo;
    private readonly Tensor batchToMix;

    /// <summary>Reads the largest square in the middle of a photo.</summary>
    /// <param name="path">The file.</param>
    /// <param name="side">The side of a tile in pixels.</param>
    /// <exception cref="ImageException">The file is no image.</exception>
    public AugmentationSheet(string path, int side)
    {
        this.side = side;
        photo = Image.Read(path, new ImageReading { Size = (side, side), Fit = ImageFit.Cover, DType = DType.Float32 });
        batchToMix = Tensor.Stack([photo, .. Enumerable.Repeat(photo.Flip(1), Others)]);
    }

    /// <summary>The sheet.</summary>
    /// <param name="layers">What is in its rows.</param>
    /// <param name="count">How many draws of each.</param>
    /// <param name="seed">Where random numbers begin.</param>
    public Chart Draw(IReadOnlyList<ImageLayer> layers, int count, ulong seed)
    {
        Tensor tiles = Tensor.Concatenate([.. layers.SelectMany(layer => (Tensor[])[photo.ExpandDims(0), Placed(Draws(layer, count, seed))])], axis: 0);
        string[] captions = [.. layers.SelectMany(layer => (string[])["original", layer.GetType().Name, .. Enumerable.Repeat("", count - 1)])];
        return Chart.ImageGrid(tiles, captions, count + 1, side);
    }

    /// <summary>Draws of a layer. All layers begin with the same key, so that a row does not depend on the others.</summary>
    private Tensor Draws(ImageLayer layer, int count, ulong seed)
    {
        RandomKey key = new(seed);
        return layer is MixUp or CutMix
            ? Tensor.Stack([.. Enumerable.Range(0, count).Select(draw => layer.Call(batchToMix, key.Fold((ulong)draw)).At(0))])
            : layer.Call(Tensor.Stack([.. Enumerable.Repeat(photo, count)]), key);
    }

    // Smaller images stand in the middle, in their own size.
    private Tensor Placed(Tensor images)
    {
        (int height, int width) = (images.Shape[1], images.Shape[2]);
        (int top, int left) = ((side - height) / 2, (side - width) / 2);
        return images.Pad([(0, 0), (top, side - height - top), (left, side - width - left), (0, 0)], (double)Ground);
    }
}
