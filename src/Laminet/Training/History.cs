namespace Laminet.Training;

/// <summary>The figures of each epoch: training ones as running means over the epoch, validation ones with <c>val_</c> before.</summary>
public sealed class History
{
    private readonly List<IReadOnlyDictionary<string, double>> epochs = [];

    /// <summary>One entry an epoch.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Epochs => epochs;

    /// <summary>True if training was stopped from outside (Ctrl+C).</summary>
    public bool WasCancelled { get; internal set; }

    /// <summary>One figure over the epochs, such as <c>history["val_accuracy"]</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such figure; the message lists those that exist.</exception>
    public IReadOnlyList<double> this[string figure] => epochs.Count > 0 && epochs[0].ContainsKey(figure)
        ? [.. epochs.Select(epoch => epoch.TryGetValue(figure, out double value) ? value : double.NaN)]
        : throw new KeyNotFoundException($"There is no figure '{figure}'. Known: {string.Join(", ", epochs.SelectMany(epoch => epoch.Keys).Distinct())}.");

    internal void Add(IReadOnlyDictionary<string, double> figures) => epochs.Add(figures);

    internal void Clear()
    {
        epochs.Clear();
        WasCancelled = false;
    }
}
