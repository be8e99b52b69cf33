namespace Laminet.Training.Callbacks;

/// <summary>How often something is saved: <c>"epoch"</c> saves after each epoch; a number saves after so many batches and after each epoch.</summary>
public readonly record struct SaveFrequency
{
    private SaveFrequency(int? batches) => Batches = batches;

    /// <summary>After each epoch.</summary>
    public static SaveFrequency Epoch => default;

    /// <summary>The number of batches from one save to the next; null to save after epochs only.</summary>
    public int? Batches { get; }

    /// <summary>Saves after each <paramref name="batches"/> batches of an epoch, and after each epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static SaveFrequency EveryBatches(int batches) => batches >= 1
        ? new SaveFrequency(batches)
        : throw new ArgumentOutOfRangeException(nameof(batches), $"Received a save every {batches} batches; the number must be 1 or more.");

    /// <summary>Converts a number of batches.</summary>
    public static implicit operator SaveFrequency(int batches) => EveryBatches(batches);

    /// <summary>Converts Keras's <c>"epoch"</c>.</summary>
    public static implicit operator SaveFrequency(string text) => text == "epoch"
        ? Epoch
        : throw new ArgumentException($"Received the save frequency '{text}'; write \"epoch\" or a number of batches.", nameof(text));
}
