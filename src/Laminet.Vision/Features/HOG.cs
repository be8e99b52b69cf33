using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Vision.Features;

/// <summary>
/// Histograms of oriented gradients: features of images made by hand, as they were used before networks learned their own. At each pixel the gradient is (I(y + 1, x) - I(y - 1, x), I(y, x + 1) - I(y, x - 1)), zero at
/// the border, of the channel where it is longest. In each cell of pixels, each gradient adds its length to the bin of its direction (0 to 180 degrees, without sign). Each block of cells v is
/// normalized, v / √(|v|² + ε²), cut at 0.2 and normalized again ("L2-Hys"); blocks overlap by all but one cell. A linear classifier follows.
/// Dalal, Triggs: Histograms of oriented gradients for human detection, 2005. Numbers and order are those of scikit-image's <c>hog</c>: as there, a gradient adds to one bin of one cell, not to its neighbours too.
/// </summary>
/// <example><code>
/// Tensor features = new HOG { PixelsPerCell = (4, 4), CellsPerBlock = (2, 2) }.Compute(images);   // (examples, features)
/// </code></example>
public sealed class HOG
{
    private const double Epsilon = 1e-5, Largest = 0.2;

    /// <summary>How many bins there are for 180 degrees; 9 by default.</summary>
    public int Orientations { get; set => field = Setting.Require(value, value is >= 1 and <= 360, "1 to 360", nameof(Orientations)); } = 9;

    /// <summary>The height and width of a cell in pixels; 8 and 8 by default. Pixels below and to the right of the last whole cell are in none.</summary>
    public (int Height, int Width) PixelsPerCell { get; set => field = Setting.Require(value, value is { Height: >= 1, Width: >= 1 }, "1 or more pixels each way", nameof(PixelsPerCell)); } = (8, 8);

    /// <summary>The height and width of a block in cells; 3 and 3 by default.</summary>
    public (int Height, int Width) CellsPerBlock { get; set => field = Setting.Require(value, value is { Height: >= 1, Width: >= 1 }, "1 or more cells each way", nameof(CellsPerBlock)); } = (3, 3);

    /// <summary>The features of images.</summary>
    /// <param name="images">(examples, height, width, channels), UInt8 or floating point. The scale of the numbers matters little, as blocks are normalized.</param>
    /// <returns>Float32 (examples, features), Float64 for Float64 images. Features are in the order blocks down, blocks across, cells down, cells across, bins.</returns>
    /// <exception cref="ShapeException">These are no images, or they are smaller than a block.</exception>
    /// <exception cref="DTypeException">The element type is another one.</exception>
    /// <exception cref="ArgumentException">An image holds NaN or infinity.</exception>
    public Tensor Compute(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank != 4 || images.Shape.ElementCount == 0)
            throw new ShapeException($"{nameof(HOG)}: received images of shape {images.Shape}; expected (examples, height, width, channels), at least one of each. Give one image a first axis: image.ExpandDims(0).");
        if (images.DType != DType.UInt8 && !images.DType.IsFloat())
            throw new DTypeException($"{nameof(HOG)}: received images of {images.DType}; expected UInt8 or a floating-point type. Cast them.");
        if (images.DType.IsFloat() && !images.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{nameof(HOG)}: the images hold NaN or infinity; expected finite numbers.", nameof(images));
        (int height, int width, int channels) = (images.Shape[1], images.Shape[2], images.Shape[3]);
        (int down, int across) = ((height / PixelsPerCell.Height) - CellsPerBlock.Height + 1, (width / PixelsPerCell.Width) - CellsPerBlock.Width + 1);
        if (down < 1 || across < 1)
        {
            throw new ShapeException($"{nameof(HOG)}: received images of {height} x {width} pixels; expected at least {PixelsPerCell.Height * CellsPerBlock.Height} x {PixelsPerCell.Width * CellsPerBlock.Width}, one block of "
                + $"{CellsPerBlock.Height} x {CellsPerBlock.Width} cells of {PixelsPerCell.Height} x {PixelsPerCell.Width} pixels. Set {nameof(PixelsPerCell)} or {nameof(CellsPerBlock)} lower.");
        }

        int examples = images.Shape[0], features = down * across * CellsPerBlock.Height * CellsPerBlock.Width * Orientations;
        double[] results = new double[checked(examples * features)];
        Parallel.For(0, examples, new ParallelOptions { MaxDegreeOfParallelism = Engine.Threads }, example =>
        {
            double[] pixels = images.At(example).Cast(DType.Float64).ToArray<double>();
            Blocks(Histograms(pixels, height, width, channels), height / PixelsPerCell.Height, width / PixelsPerCell.Width, results.AsSpan(example * features, features));
        });
        return Tensor.From(results, [examples, features]).Cast(images.DType == DType.Float64 ? DType.Float64 : DType.Float32);
    }

    /// <summary>The mean over a cell of the lengths in each bin: cells down, cells across, bins.</summary>
    private double[] Histograms(double[] pixels, int height, int width, int channels)
    {
        (int tall, int wide) = PixelsPerCell;
        (int down, int across) = (height / tall, width / wide);
        double[] sums = new double[down * across * Orientations];
        for (int y = 0; y < down * tall; y++)
        {
            for (int x = 0; x < across * wide; x++)
            {
                (double byY, double byX, double length) = (0, 0, -1);
                for (int channel = 0; channel < channels; channel++)
                {
                    double vertical = y == 0 || y == height - 1 ? 0 : At(y + 1, x) - At(y - 1, x), horizontal = x == 0 || x == width - 1 ? 0 : At(y, x + 1) - At(y, x - 1);
                    double own = double.Hypot(vertical, horizontal);
                    if (own > length)
                        (byY, byX, length) = (vertical, horizontal, own);

                    double At(int row, int column) => pixels[(((row * width) + column) * channels) + channel];
                }

                double degrees = double.RadiansToDegrees(Math.Atan2(byY, byX));
                // -0 and 180 are 0; the least below 0 is rounded to 180 and belongs to the last bin.
                degrees = degrees < 0 ? degrees + 180 : degrees >= 180 ? 0 : degrees;
                int bin = Math.Min((int)(degrees / (180.0 / Orientations)), Orientations - 1);
                sums[((((y / tall) * across) + (x / wide)) * Orientations) + bin] += length / (tall * wide);
            }
        }

        return sums;
    }

    private void Blocks(double[] cells, int down, int across, Span<double> results)
    {
        (int tall, int wide) = CellsPerBlock;
        int size = tall * wide * Orientations;
        for (int y = 0; y + tall <= down; y++)
        {
            for (int x = 0; x + wide <= across; x++)
            {
                Span<double> block = results[..size];
                results = results[size..];
                for (int row = 0; row < tall; row++)
                    cells.AsSpan((((y + row) * across) + x) * Orientations, wide * Orientations).CopyTo(block.Slice(row * wide * Orientations, wide * Orientations));
                Normalize(block);
                foreach (ref double number in block)
                    number = Math.Min(number, Largest);
                Normalize(block);
            }
        }
    }

    private static void Normalize(Span<double> block)
    {
        double sum = Epsilon * Epsilon;
        foreach (double number in block)
            sum += number * number;
        foreach (ref double number in block)
            number /= Math.Sqrt(sum);
    }
}
