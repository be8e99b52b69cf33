using System.Globalization;
using Laminet.Tensors;
using ScottPlot;
using SkiaSharp;

namespace Laminet.Plots;

/// <content>Images with captions.</content>
public sealed partial class Chart
{
    private const int MostImages = 400, CellSide = 150, CaptionHeight = 34, CaptionSize = 10;

    /// <summary>Images beside each other, each with a caption below.</summary>
    /// <param name="images">(examples, height, width, channels): UInt8, or floating point from 0 to 255. 1 channel is grey, 3 are RGB.</param>
    /// <param name="captions">A line for each; null for none. What is too wide is written smaller.</param>
    /// <param name="columns">How many in a row; null for about as many as there are rows.</param>
    /// <param name="side">The longer side of an image in the chart, in pixels, 16 to 1024. With the longer side of the images themselves, their pixels stay as they are.</param>
    /// <exception cref="ShapeException">The shape is another one, or there are not as many captions, or more than 400 images.</exception>
    public static Chart ImageGrid(Tensor images, IReadOnlyList<string>? captions = null, int? columns = null, int side = CellSide)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank != 4 || images.Shape[3] is not (1 or 3) || images.Shape.ElementCount == 0 || images.Shape[0] > MostImages)
            throw new ShapeException($"ImageGrid: received images of shape {images.Shape}; expected 1 to {MostImages} images (examples, height, width, 1 or 3). Take a part: images.Slice(0, 16).");
        int count = images.Shape[0];
        if (captions is not null && captions.Count != count)
            throw new ShapeException($"ImageGrid: received {captions.Count} captions for {count} images; expected one for each.");
        if (columns is < 1 or > MostImages)
            throw new ArgumentOutOfRangeException(nameof(columns), $"ImageGrid: received {columns} columns; expected 1 to {MostImages}.");
        if (side is < 16 or > 1024)
            throw new ArgumentOutOfRangeException(nameof(side), $"ImageGrid: received the side {side}; expected 16 to 1024 pixels.");
        int across = Math.Min(columns ?? (int)Math.Ceiling(Math.Sqrt(count)), count), down = (count + across - 1) / across;
        (int height, int width) = (images.Shape[1], images.Shape[2]);
        // The unit of the plot is a pixel.
        double scale = (double)side / Math.Max(height, width);
        (int high, int wide) = (Math.Max(1, (int)Math.Round(height * scale)), Math.Max(1, (int)Math.Round(width * scale)));
        int gap = (side * 6 + 50) / 100, cell = side + gap, row = side + (captions is null ? gap : CaptionHeight);
        Plot plot = new();
        // Before text is measured: ScottPlot remembers for a name that it has no font.
        EmbeddedFont.Use(plot);
        using Paint paint = Paint.NewDisposablePaint();
        for (int place = 0; place < count; place++)
        {
            (int x, int y) = (gap + (place % across * cell), gap + (place / across * row));
            (int left, int top) = (x + ((side - wide) / 2), y + ((side - high) / 2));
            ScottPlot.Plottables.ImageRect drawn = plot.Add.ImageRect(Bitmap(images.At(place)), new CoordinateRect(left, left + wide, -top - high, -top));
            // Small images are made of squares, as they are.
            drawn.AntiAlias = Math.Max(height, width) > side;
            if (captions is null || captions[place].Length == 0)
                continue;
            ScottPlot.Plottables.Text text = plot.Add.Text(Line(captions[place]), x + (side / 2.0), -top - high - 3);
            (text.LabelFontName, text.LabelFontSize, text.LabelAlignment) = (EmbeddedFont.Name, CaptionSize, Alignment.UpperCenter);
            text.LabelFontSize = Math.Min(CaptionSize, CaptionSize * cell / Math.Max(1, text.LabelStyle.Measure(paint).Width));
        }

        plot.HideAxesAndGrid();
        plot.Axes.Margins(0, 0);
        plot.Layout.Frameless();
        (int wholeWidth, int wholeHeight) = (gap + (across * cell), gap + (down * row));
        plot.Axes.SetLimits(0, Math.Max(64, wholeWidth), -Math.Max(64, wholeHeight), 0);
        return new Chart([plot], 1, Math.Clamp(wholeWidth, 64, MaximumSide), Math.Clamp(wholeHeight, 64, MaximumSide));
    }

    /// <summary>The images that a classifier gets wrong and is surest of, the surest first, with "predicted probability (true)" below.</summary>
    /// <param name="images">(examples, height, width, 1 or 3): UInt8, or floating point from 0 to 255.</param>
    /// <param name="labels">The true classes, (examples,), whole numbers.</param>
    /// <param name="probabilities">(examples, classes), such as <c>model.Predict(images)</c>.</param>
    /// <param name="names">The names of the classes; null for their numbers.</param>
    /// <param name="count">How many at most, 1 to 400.</param>
    /// <exception cref="ArgumentException">There is no mistake, a label has no class, or a probability is NaN.</exception>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Chart Mistakes(Tensor images, Tensor labels, Tensor probabilities, IReadOnlyList<string>? names = null, int count = 16)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (images.Rank != 4 || probabilities.Rank != 2 || probabilities.Shape[0] != images.Shape[0] || probabilities.Shape.ElementCount == 0)
            throw new ShapeException($"Mistakes: received images of shape {images.Shape} and probabilities of shape {probabilities.Shape}; expected (examples, height, width, channels) and (examples, classes).");
        if (count is < 1 or > MostImages)
            throw new ArgumentOutOfRangeException(nameof(count), $"Mistakes: received the count {count}; expected 1 to {MostImages}.");
        int classes = probabilities.Shape[1];
        names ??= [.. Enumerable.Range(0, classes).Select(place => place.ToString(CultureInfo.InvariantCulture))];
        if (names.Count != classes)
            throw new ShapeException($"Mistakes: received {names.Count} names for {classes} classes; expected one for each.");
        int[] right = Labels("Mistakes", labels, images.Shape[0], names), said = probabilities.ArgMax().Cast(DType.Int32).ToArray<int>();
        double[] sure = probabilities.Cast(DType.Float64).Max(-1).ToArray<double>();
        if (Array.Exists(sure, double.IsNaN))
            throw new ArgumentException("Mistakes: the probabilities hold NaN; expected numbers. Did the training diverge?", nameof(probabilities));
        int[] wrong = [.. Enumerable.Range(0, right.Length).Where(place => said[place] != right[place]).OrderByDescending(place => sure[place]).Take(count)];
        if (wrong.Length == 0)
            throw new ArgumentException($"Mistakes: all {right.Length} predictions are right; there is nothing to draw.", nameof(probabilities));
        return ImageGrid(
            Tensor.Stack([.. wrong.Select(place => images.At(place))]),
            [.. wrong.Select(place => string.Create(CultureInfo.InvariantCulture, $"{names[said[place]]} {sure[place]:F2} ({names[right[place]]})"))]);
    }

    private static ScottPlot.Image Bitmap(Tensor image)
    {
        if (image.DType != DType.UInt8 && !image.DType.IsFloat())
            throw new DTypeException($"ImageGrid: received images of {image.DType}; expected UInt8, or a floating-point type from 0 to 255. Cast them first.");
        byte[] bytes = (image.DType == DType.UInt8 ? image : image.Cast(DType.Float32).Round().Clip(0.0, byte.MaxValue).Cast(DType.UInt8)).ToArray<byte>();
        int channels = image.Shape[2];
        byte[] pixels = new byte[bytes.Length / channels * 4];
        for (int pixel = 0; pixel < pixels.Length / 4; pixel++)
        {
            for (int colour = 0; colour < 3; colour++)
                pixels[(4 * pixel) + colour] = bytes[(pixel * channels) + (channels == 3 ? colour : 0)];
            pixels[(4 * pixel) + 3] = byte.MaxValue;
        }

        using SKImage copy = SKImage.FromPixelCopy(new SKImageInfo(image.Shape[1], image.Shape[0], SKColorType.Rgba8888, SKAlphaType.Opaque), pixels);
        return new ScottPlot.Image(SKBitmap.FromImage(copy));
    }
}
