namespace Laminet.Cli.OwnTrainings;

/// <summary>Figures by name, in an order.</summary>
internal sealed class Figures : List<KeyValuePair<string, double>>;
