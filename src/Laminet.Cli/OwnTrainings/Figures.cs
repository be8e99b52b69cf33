using System.Globalization;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Figures by name, in an order.</summary>
internal sealed class Figures : List<KeyValuePair<string, double>>
{
    public Figures()
    {
    }

    public Figures(IEnumerable<KeyValuePair<string, double>> figures) : base(figures)
    {
    }

    /// <summary>The figure of a name.</summary>
    public double Of(string name) => Find(figure => figure.Key == name).Value;

    /// <summary>All of them in a line, each after two spaces.</summary>
    public string Text() => string.Concat(this.Select(figure => string.Create(CultureInfo.InvariantCulture, $"  {figure.Key} {figure.Value:G5}")));
}
