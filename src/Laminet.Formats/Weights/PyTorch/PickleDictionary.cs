namespace Laminet.Formats.Weights.PyTorch;

/// <summary>A dictionary of a pickle: its entries in their order.</summary>
internal sealed class PickleDictionary
{
    public List<KeyValuePair<object?, object?>> Entries { get; } = [];

    /// <summary>The value of a text key; null if there is none.</summary>
    public object? this[string key] => Entries.FindLast(entry => entry.Key is string name && name == key).Value;
}
