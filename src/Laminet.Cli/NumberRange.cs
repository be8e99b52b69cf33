using System.Globalization;
using System.Numerics;

namespace Laminet.Cli;

/// <summary>The numbers an option, or an entry of settings.json, may have.</summary>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="IsOpen">Whether the smallest itself is left out.</param>
internal sealed record NumberRange<T>(T Minimum, T Maximum, bool IsOpen = false) where T : INumber<T>
{
    // NaN fails every comparison.
    public bool Holds(T number) => (IsOpen ? number > Minimum : number >= Minimum) && number <= Maximum;

    public bool TryParse(string text, out T number) =>
        T.TryParse(text, NumberStyles.AllowLeadingSign | (IsWhole ? NumberStyles.None : NumberStyles.Float), CultureInfo.InvariantCulture, out number!) && Holds(number);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(IsWhole ? "a whole number" : "a number")} {(IsOpen ? "above" : "from")} {Minimum} {(IsOpen ? "and at most" : "to")} {Maximum}");

    private static bool IsWhole => T.IsInteger(T.One / (T.One + T.One));
}
