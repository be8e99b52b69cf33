using System.Globalization;
using Spectre.Console;

namespace Laminet.Cli.Rendering;

/// <summary>Shows probabilities as bars, the likeliest first.</summary>
internal static class ProbabilityBars
{
    private const int Length = 40;
    private const int Most = 10;

    /// <summary>Draws one bar a class; the true class is green, a wrong first guess red. Without a true class the first guess is green.</summary>
    public static void Write(Screen screen, IReadOnlyList<(string Class, double Probability)> probabilities, string? trueClass)
    {
        int width = probabilities.Max(pair => pair.Class.Length);
        bool first = true;
        foreach ((string name, double probability) in probabilities.OrderByDescending(pair => pair.Probability).Take(Most))
        {
            int filled = double.IsFinite(probability) ? (int)Math.Round(Math.Clamp(probability, 0, 1) * Length) : 0;
            Color color = name == trueClass || (trueClass is null && first) ? Color.Green : first ? Color.Red : Color.Grey;
            screen.Console.Write(new StyledText(ErrorText.Printable(name).PadRight(width) + "  ", Style.Plain));
            screen.Console.Write(new StyledText(new string(screen.IsRich ? '█' : '#', filled), new Style(color)));
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{new string(' ', Length - filled)} {100 * probability,5:F1} %{(name == trueClass ? "  <- true class" : "")}"));
            first = false;
        }
    }
}
