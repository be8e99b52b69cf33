using System.Text;
using Laminet.Configuration;
using Laminet.Files;
using ScottPlot;
using SkiaSharp;

namespace Laminet.Plots;

/// <summary>A chart that can be saved as PNG or SVG: training curves, a confusion matrix, ROC curves, images with captions, mistakes, points, curves, paths over a surface.</summary>
/// <example><code>
/// History history = model.Fit(images, labels, epochs: 5);
/// Chart.TrainingCurves(history).Save("curves.svg");
/// Chart.Mistakes(images, labels, model.Predict(images)).Save("mistakes.png");
/// </code></example>
public sealed partial class Chart
{
    private const int MaximumSide = 16_384, LongestText = 40;

    private readonly Plot[] plots;
    private readonly int columns;
    private readonly Lock drawing = new();

    private Chart(IReadOnlyList<Plot> plots, int columns, int width, int height)
    {
        (this.plots, this.columns) = ([.. plots], columns);
        (Width, Height) = (Math.Min(width, MaximumSide), Math.Min(height, MaximumSide));
        foreach (Plot plot in plots)
        {
            EmbeddedFont.Use(plot);
            // It would clear the plots beside it, too.
            plot.RenderManager.ClearCanvasBeforeEachRender = false;
        }
    }

    /// <summary>The width in pixels, 64 to 16,384. The beginning value fits the content.</summary>
    public int Width { get; set => field = Setting.Require(value, value is >= 64 and <= MaximumSide, "64 to 16384", nameof(Width)); }

    /// <summary>The height in pixels, 64 to 16,384. The beginning value fits the content.</summary>
    public int Height { get; set => field = Setting.Require(value, value is >= 64 and <= MaximumSide, "64 to 16384", nameof(Height)); }

    /// <summary>Writes the chart. A failed write leaves the old file.</summary>
    /// <param name="path">The file: .png or .svg.</param>
    /// <exception cref="ArgumentException">The name ends in something else.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => ToPng(),
            ".SVG" => Encoding.UTF8.GetBytes(ToSvg()),
            string other => throw new ArgumentException($"Chart.Save: received the name {path}; expected one that ends in .png or .svg, not '{other}'.", nameof(path)),
        };
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The chart as the bytes of a PNG file.</summary>
    public byte[] ToPng()
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.White);
        Draw(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>The chart as the text of an SVG file. It names the font DejaVu Sans; where that is missing, viewers take another one.</summary>
    public string ToSvg()
    {
        using MemoryStream stream = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), stream))
            Draw(canvas);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private void Draw(SKCanvas canvas)
    {
        int rows = (plots.Length + columns - 1) / columns;
        // A plot keeps the layout of its last drawing.
        using Lock.Scope scope = drawing.EnterScope();
        foreach ((int place, Plot plot) in plots.Index())
        {
            (float left, float right) = (Width * (place % columns) / columns, Width * ((place % columns) + 1) / columns);
            (float top, float bottom) = (Height * (place / columns) / rows, Height * ((place / columns) + 1) / rows);
            // At first a plot draws twice, to find its layout; in a file each line would be there twice.
            plot.RenderInMemory((int)(right - left), (int)(bottom - top));
            plot.Render(canvas, new PixelRect(left, right, bottom, top));
        }
    }

    /// <summary>Text of the caller's on one line, without what XML cannot hold, and not longer than fits.</summary>
    private static string Line(string text)
    {
        string plain = string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? "?" : rune.ToString()));
        return plain.Length <= LongestText ? plain : plain[..(char.IsHighSurrogate(plain[LongestText - 2]) ? LongestText - 2 : LongestText - 1)] + "…";
    }

    private static ScottPlot.Color ColorOf(int place) => new ScottPlot.Palettes.Category20().GetColor(place);

    /// <summary>A tick with a name at each whole number.</summary>
    private static ScottPlot.TickGenerators.NumericManual NamedTicks(IEnumerable<(int Place, string Name)> ticks)
    {
        ScottPlot.TickGenerators.NumericManual generator = new();
        foreach ((int place, string name) in ticks)
            generator.AddMajor(place, Line(name));
        return generator;
    }
}
