using System.Globalization;
using System.Xml.Linq;
using SkiaSharp;

namespace Laminet.Plots.Tests;

/// <summary>A chart, read back from the SVG and the PNG that it gives.</summary>
internal sealed class Drawn(Chart chart)
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly XDocument document = XDocument.Parse(chart.ToSvg());
    private readonly SKBitmap bitmap = SKBitmap.Decode(chart.ToPng());

    public int Width => bitmap.Width;

    public int Height => bitmap.Height;

    /// <summary>The texts, in the order in which they are drawn, with where they stand.</summary>
    public IReadOnlyList<(string Text, double X, double Y)> Texts => [.. document.Descendants(Svg + "text").Select(text => (text.Value.Trim(), At(text).X, At(text).Y))];

    public IEnumerable<string> Fonts => document.Descendants(Svg + "text").Select(text => (string)text.Attribute("font-family")!);

    /// <summary>The sizes of the texts.</summary>
    public IReadOnlyList<double> Sizes => [.. document.Descendants(Svg + "text").Select(text => Number((string)text.Attribute("font-size")!))];

    /// <summary>The corners of each open line of a colour, such as "#1F77B4".</summary>
    public IReadOnlyList<(double X, double Y)[]> Lines(string stroke) => [.. document.Descendants(Svg + "path").Where(path => (string?)path.Attribute("stroke") == stroke && (string?)path.Attribute("fill") == "none")
        .Select(path => Corners((string)path.Attribute("d")!))];

    public SKColor Pixel(double x, double y) => bitmap.GetPixel((int)x, (int)y);

    /// <summary>The middle of all pixels of a colour, and how many there are.</summary>
    public (double X, double Y, int Count) Of(SKColor color)
    {
        (double x, double y, int count) = (0, 0, 0);
        for (int row = 0; row < bitmap.Height; row++)
        {
            for (int column = 0; column < bitmap.Width; column++)
            {
                if (bitmap.GetPixel(column, row) == color)
                    (x, y, count) = (x + column, y + row, count + 1);
            }
        }

        return (x / count, y / count, count);
    }

    public int DarkPixels() => Enumerable.Range(0, bitmap.Width * bitmap.Height).Count(place => bitmap.GetPixel(place % bitmap.Width, place / bitmap.Width).Red < 100);

    private static (double X, double Y) At(XElement text)
    {
        double[] numbers = [.. ((string?)text.Attribute("transform") ?? "translate(0 0)").Split('(')[1].TrimEnd(')').Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(Number)];
        return (numbers[^2], numbers[^1]);
    }

    private static (double, double)[] Corners(string path) =>
        [.. path.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries).Select(corner => corner.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)).Select(pair => (Number(pair[0]), Number(pair[1])))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
