using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Gives each channel of each image an even histogram part by part, with a bound on how much it stretches a contrast ("CLAHE"), in training and otherwise. The image is divided into tiles. In each, the
/// numbers h(v) of pixels of each whole value v of 0 to 255 are cut off at clipLimit pixels / 256, and what was cut off is given to all values alike; with n(v) the sum of h up to v, the tile's table is
/// 255 (n(v) - n(0)) / (pixels - n(0)). A pixel becomes what the tables of the four tiles around it give for its value, interpolated by its distance from their middles. An image that tiles do not divide
/// evenly is mirrored at its end. (Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994.) Keras: <c>ContrastLimitedAdaptiveHistogramEqualization</c>.
/// </summary>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
/// <param name="clipLimit">How many times as often as on average a value may count; 0 for no bound.</param>
/// <param name="tileGridSize">Into how many tiles the height and the width are divided; 8 x 8 by default.</param>
public sealed class ContrastLimitedAdaptiveHistogramEqualization(Numbers? valueRange = null, double clipLimit = 4, Size2D? tileGridSize = null) : ColorLayer(valueRange)
{
    private const int Values = 256;

    public double ClipLimit { get; } = Setting.Require(clipLimit, clipLimit >= 0 && double.IsFinite(clipLimit), "zero or more, and finite");
    public Size2D? TileGridSize { get; } = tileGridSize is null or { Height: >= 1, Width: >= 1 } ? tileGridSize
        : throw new ArgumentOutOfRangeException(nameof(tileGridSize), $"Received {tileGridSize.Value.Height} x {tileGridSize.Value.Width} tiles; expected 1 or more in each direction.");

    private protected override bool ActsInInference => true;

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw) => InRange(Values - 1, Equalized);

    private Tensor Equalized(Tensor images)
    {
        (int count, int height, int width, int channels) = (images.Shape[0], images.Shape[1], images.Shape[2], images.Shape[3]);
        Size2D grid = TileGridSize ?? 8;
        Int128 numbers = (Int128)count * grid.Height * grid.Width * channels * Values;
        if (numbers > int.MaxValue)
        {
            throw new ShapeException($"received images of shape {images.Shape} for {grid.Height} x {grid.Width} tiles, whose tables of {Values} numbers for each image, tile and channel are {numbers} numbers; "
                + $"a tensor holds {int.MaxValue}. Give fewer tiles, or fewer images at a time.");
        }

        Tiles rows = new(height, grid.Height), columns = new(width, grid.Width);
        int tables = (int)numbers / Values, pixels = rows.Size * columns.Size;

        Tensor values = (images.Gather(rows.Mirrored, 1).Gather(columns.Mirrored, 2) + Colors.Rounding).Clip(0, Values - 1).Cast(DType.Int32);
        // Where the table of image, tile and channel begins, in the order (image, row of tiles, column of tiles, channel).
        Tensor ofImage = Places(count, grid.Height * grid.Width * channels * Values, [count, 1, 1, 1]), ofChannel = Places(channels, Values, [1, 1, 1, channels]);
        Tensor within = values + ofImage + ofChannel;
        Tensor InTable(Tensor row, Tensor column) => within + (row * (grid.Width * channels * Values)).Reshape([1, -1, 1, 1]) + (column * (channels * Values)).Reshape([1, 1, -1, 1]);

        DType type = ImageDraw.TypeFor(images.DType);
        Tensor histograms = InTable(rows.Own, columns.Own).BinCount(size: tables * Values).Reshape(tables, Values).Cast(type);
        if (ClipLimit > 0)
        {
            Tensor limited = histograms.Minimum(Tensor.Scalar(ClipLimit * pixels / Values, type));
            histograms = limited + ((histograms - limited).Sum(1, keepDims: true) / Values);
        }

        Tensor upTo = histograms.CumSum(1), first = upTo.Slice(0, 1, axis: 1), rest = pixels - first;
        Tensor table = ((upTo - first) * (Values - 1) / Tensor.Where(rest.Equal(0), rest.OnesLike(), rest)).Clip(0, Values - 1).Reshape([tables * Values]);
        Tensor right = columns.Share.Cast(type).Reshape([1, 1, -1, 1]), below = rows.Share.Cast(type).Reshape([1, -1, 1, 1]);
        Tensor At(Tensor row, Tensor column) => table.Gather(InTable(row, column));
        Tensor Along(Tensor row) => (At(row, columns.Before) * (1 - right)) + (At(row, columns.After) * right);
        Tensor equalized = (Along(rows.Before) * (1 - below)) + (Along(rows.After) * below);
        return equalized.Slice(0, height, axis: 1).Slice(0, width, axis: 2).Cast(images.DType);
    }

    private static Tensor Places(int count, int step, Shape shape) => Tensor.From([.. Enumerable.Range(0, count).Select(place => place * step)], shape);

    /// <summary>An axis of pixels divided into tiles; lines beyond the last pixel are mirrored.</summary>
    private sealed class Tiles
    {
        public Tiles(int length, int tiles)
        {
            Size = ((length - 1) / tiles) + 1;
            int[] lines = [.. Enumerable.Range(0, checked(Size * tiles))];
            Mirrored = Of(line => line % (2 * length) is var place && place < length ? place : (2 * length) - 1 - place);
            Own = Of(line => line / Size);
            // In tiles, from the middle of the first.
            double[] positions = [.. lines.Select(line => (line - (Size / 2.0)) / Size)];
            Before = Of(line => Math.Max(0, (int)Math.Floor(positions[line])));
            After = Of(line => Math.Min(tiles - 1, (int)Math.Floor(positions[line]) + 1));
            Share = Tensor.From([.. positions.Select(position => position - Math.Floor(position))], [lines.Length]);

            Tensor Of(Func<int, int> place) => Tensor.From([.. lines.Select(place)], [lines.Length]);
        }

        /// <summary>How many pixels a tile has along the axis.</summary>
        public int Size { get; }

        /// <summary>For each line of the tiles: the image's line that stands there.</summary>
        public Tensor Mirrored { get; }

        /// <summary>Its tile.</summary>
        public Tensor Own { get; }

        /// <summary>The tile with the last middle up to it, or the first.</summary>
        public Tensor Before { get; }

        /// <summary>The tile with the first middle after it, or the last.</summary>
        public Tensor After { get; }

        /// <summary>How far it is from the one middle to the other, 0 to 1.</summary>
        public Tensor Share { get; }
    }
}
