namespace Laminet.Training.Callbacks;

/// <summary>How often something is saved: <c>"epoch"</c>, after each epoch, or a number of batches; then also after each epoch.</summary>
public readonly record struct SaveFrequency
{
    private SaveFrequency(int? batches) => Batches = batches;

    /// <summary>After each epoch.</summary>
    public static SaveFrequency Epoch => default;

    /// <summary>After how many batches; null for epochs only.</summary>
    public int? Batches { get; }

    /// <summary>After so many batches of an epoch, and after each epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static SaveFrequency EveryBatches(int batches) => batches >= 1
        ? new SaveFrequency(batches)
        : throw new ArgumentOutOfRangeException(nameof(batches), $"Received a save every {batches} batches; the number must be 1 or more.");

    /// <summary>Lets a number of batches be written.</summary>
    public static implicit operator SaveFrequency(int batches) => EveryBatches(batches);

    /// <summary>Lets Keras's <c>"epoch"</c> be written.</summary>
    public static implicit operator SaveFrequency(string text) => text == "epoch"
        ? Epoch
        : throw new ArgumentException($"Received the save frequency '{text}'; write \"epoch\" or a number of batches.", nameof(text));
}
