using System.Globalization;

namespace Laminet.Formats.Watching;

/// <summary>How often the figures of training are written: <c>"epoch"</c> after each epoch; <c>"batch"</c> also after each batch; a number also after so many batches.</summary>
public readonly record struct UpdateFrequency
{
    private UpdateFrequency(int batches) => Batches = batches;

    /// <summary>After each epoch.</summary>
    public static UpdateFrequency Epoch => default;

    /// <summary>The number of batches from one write to the next; 0 for epochs only.</summary>
    public int Batches { get; }

    /// <summary>After each <paramref name="batches"/> batches, counted over all epochs, and after each epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static UpdateFrequency EveryBatches(int batches) => batches >= 1
        ? new UpdateFrequency(batches)
        : throw new ArgumentOutOfRangeException(nameof(batches), $"Received an update every {batches.ToString(CultureInfo.InvariantCulture)} batches; the number must be 1 or more.");

    /// <summary>Converts a number of batches.</summary>
    public static implicit operator UpdateFrequency(int batches) => EveryBatches(batches);

    /// <summary>Converts Keras's <c>"epoch"</c> and <c>"batch"</c>.</summary>
    public static implicit operator UpdateFrequency(string text) => text switch
    {
        "epoch" => Epoch,
        "batch" => new UpdateFrequency(1),
        _ => throw new ArgumentException($"Received the update frequency '{text}'; write \"epoch\", \"batch\" or a number of batches.", nameof(text)),
    };

    internal bool IsDue(long batchesDone) => Batches > 0 && batchesDone % Batches == 0;
}
