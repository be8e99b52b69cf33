namespace Laminet.Formats.Weights.Cache;

/// <summary>A file of a <see cref="WeightCache"/>.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Sha256">Its checksum. Write it into your program, so that it never takes another file.</param>
/// <param name="WasDownloaded">Whether it was downloaded by this call.</param>
public sealed record CachedFile(string Path, string Sha256, bool WasDownloaded);
