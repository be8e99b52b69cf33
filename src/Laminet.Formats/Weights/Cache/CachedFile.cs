namespace Laminet.Formats.Weights.Cache;

/// <summary>A file of a <see cref="WeightCache"/>.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Sha256">Its checksum. Pass it to <see cref="WeightCache.Get"/> in your program; then no other file is accepted.</param>
/// <param name="WasDownloaded">Whether it was downloaded by this call.</param>
public sealed record CachedFile(string Path, string Sha256, bool WasDownloaded);
