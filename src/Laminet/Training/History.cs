using Laminet.Configuration;

namespace Laminet.Training;

/// <summary>
/// The figures of each epoch of one call of Fit. Training figures are running means over the epoch; names of validation figures begin with <c>val_</c>.
/// </summary>
public sealed class History
{
    private readonly List<IReadOnlyDictionary<string, double>> epochs = [];

    /// <summary>One entry for each epoch.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Epochs => epochs;

    /// <summary>True if training was stopped by the cancellation token.</summary>
    public bool WasCancelled { get; internal set; }

    /// <summary>One figure over the epochs, such as <c>history["val_accuracy"]</c>; NaN for an epoch that did not report it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such figure; the message lists those that exist.</exception>
    public IReadOnlyList<double> this[string figure] => epochs.Exists(epoch => epoch.ContainsKey(figure))
        ? [.. epochs.Select(epoch => epoch.TryGetValue(figure, out double value) ? value : double.NaN)]
        : throw new KeyNotFoundException($"There is no figure '{figure}'.{Suggestion.For(figure, epochs.SelectMany(epoch => epoch.Keys))} Known: {string.Join(", ", epochs.SelectMany(epoch => epoch.Keys).Distinct())}.");

    internal void Add(IReadOnlyDictionary<string, double> logs) => epochs.Add(logs);
}
