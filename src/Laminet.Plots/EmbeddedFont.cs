using ScottPlot;
using SkiaSharp;

namespace Laminet.Plots;

/// <summary>DejaVu Sans, which is in the assembly. Skia finds no fonts of the system on Linux, and ScottPlot leaves out text that it has no font for, without a word.</summary>
internal sealed class EmbeddedFont : IFontResolver
{
    public const string Name = "DejaVu Sans";

    private readonly SKTypeface typeface;

    private EmbeddedFont()
    {
        using Stream stream = typeof(EmbeddedFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        typeface = SKTypeface.FromStream(stream);
    }

    // Once for the process, and only for this name: what else a program draws with ScottPlot keeps its fonts.
    static EmbeddedFont() => Fonts.FontResolvers.Insert(0, new EmbeddedFont());

    /// <summary>Makes a plot write in this font.</summary>
    public static void Use(Plot plot) => plot.Font.Set(Name);

    SKTypeface? IFontResolver.CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? typeface : null;

    SKTypeface? IFontResolver.CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? typeface : null;
}
