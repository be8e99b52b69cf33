namespace Laminet.Formats.Weights.Cache;

/// <summary>How far a download is.</summary>
/// <param name="Bytes">The bytes received so far.</param>
/// <param name="Length">How many there are in all; null if the server does not say.</param>
/// <param name="Elapsed">The time since the download began.</param>
public sealed record DownloadProgress(long Bytes, long? Length, TimeSpan Elapsed)
{
    /// <summary>Bytes a second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Bytes / Elapsed.TotalSeconds : 0;

    /// <summary>The time that is left at that rate; null if the length is unknown or nothing was received yet.</summary>
    public TimeSpan? Left => Length is { } length && Rate > 0 ? TimeSpan.FromSeconds((length - Bytes) / Rate) : null;
}
