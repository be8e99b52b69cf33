namespace Laminet.Formats.Weights.Hdf5;

/// <summary>An attribute: texts are read when they are asked for.</summary>
/// <param name="Texts">Reads the texts, one of them or a list; null if it holds none.</param>
internal sealed record Hdf5Attribute(Func<IReadOnlyList<string>>? Texts);
