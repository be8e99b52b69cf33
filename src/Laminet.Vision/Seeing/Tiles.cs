using System.Globalization;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Vision.Seeing;

/// <summary>Feature maps or kernels beside each other, as one image.</summary>
public static class Tiles
{
    private const int MaximumSide = 16_384;
    private const byte Ground = 255;

    /// <summary>
    /// Lays maps or kernels out row by row, about as many columns as rows. The least number becomes black, the greatest white. Kernels of 3 channels are tiles of colour; of another number of channels, each channel of a
    /// filter is a tile of its own, those of a filter beside each other in a row.
    /// </summary>
    /// <param name="tiles">Feature maps (rows, columns, n), or kernels (rows, columns, channels, n).</param>
    /// <param name="scale">Each number becomes a square of so many pixels a side, 1 or more.</param>
    /// <param name="together">Whether all tiles share one range of numbers; by default each has its own, and one of equal numbers is grey.</param>
    /// <returns>UInt8 (height, width, 3), with white lines between the tiles, of a quarter of the scale and at least one pixel.</returns>
    /// <exception cref="ShapeException">These are no maps or kernels, or the image would be longer than 16,384 pixels.</exception>
    /// <exception cref="ArgumentException">They hold NaN or infinity.</exception>
    public static Tensor Of(Tensor tiles, int scale = 1, bool together = false)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        Setting.Require(scale, scale >= 1, "1 or more");
        if (tiles.Rank is not (3 or 4) || tiles.Shape.ElementCount == 0)
            throw new ShapeException($"{nameof(Tiles)}: received the shape {tiles.Shape}; expected feature maps (rows, columns, n) or kernels (rows, columns, channels, n), none of them empty.");
        (int height, int width) = (tiles.Shape[0], tiles.Shape[1]);
        int gap = Math.Max(1, scale / 4);
        int inputs = tiles.Rank == 4 ? tiles.Shape[2] : 1, colours = inputs == 3 ? 3 : 1, count = tiles.Shape[^1] * (inputs / colours);
        int columns = inputs is 1 or 3 ? (int)Math.Ceiling(Math.Sqrt(count)) : inputs, rows = (count + columns - 1) / columns;
        (long high, long wide) = (((((long)height * scale) + gap) * rows) - gap, ((((long)width * scale) + gap) * columns) - gap);
        if (Math.Max(high, wide) > MaximumSide)
        {
            throw new ShapeException(string.Create(CultureInfo.InvariantCulture,
                $"{nameof(Tiles)}: {count} tiles of {height} x {width} numbers at scale {scale} make an image of {high} x {wide} pixels; expected at most {MaximumSide} a side. Take fewer, such as tiles.Slice(0, 16, axis: 2), or a smaller scale."));
        }

        // One tile after another: (tile, row, column, colour).
        Tensor ordered = (tiles.Rank == 3 ? tiles.ExpandDims(2) : tiles).Cast(DType.Float64);
        ordered = colours == 3 ? ordered.Transpose(3, 0, 1, 2) : ordered.Transpose(3, 2, 0, 1).Reshape([count, height, width, 1]);
        if (!ordered.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{nameof(Tiles)}: the numbers hold NaN or infinity, which have no colour; expected finite numbers. Did the training diverge?", nameof(tiles));
        Tensor least = together ? ordered.Min() : ordered.Min([1, 2, 3], keepDims: true), greatest = together ? ordered.Max() : ordered.Max([1, 2, 3], keepDims: true);
        Tensor range = greatest - least;
        byte[] grey = Tensor.Where(range.Greater(0), (ordered - least) / Tensor.Where(range.Greater(0), range, range.OnesLike()), ordered.OnesLike() * 0.5).BroadcastTo(ordered.Shape).ToArray<double>()
            .Select(share => (byte)Math.Round(share * byte.MaxValue)).ToArray();
        byte[] pixels = new byte[high * wide * 3];
        Array.Fill(pixels, Ground);
        for (int tile = 0; tile < count; tile++)
        {
            int top = tile / columns * ((height * scale) + gap), left = tile % columns * ((width * scale) + gap);
            for (int y = 0; y < height * scale; y++)
            {
                for (int x = 0; x < width * scale; x++)
                {
                    int from = ((((tile * height) + (y / scale)) * width) + (x / scale)) * colours;
                    long to = (((top + y) * wide) + left + x) * 3;
                    for (int colour = 0; colour < 3; colour++)
                        pixels[to + colour] = grey[from + (colours == 3 ? colour : 0)];
                }
            }
        }

        return Tensor.From(pixels, [(int)high, (int)wide, 3]);
    }
}
