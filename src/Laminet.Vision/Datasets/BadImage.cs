namespace Laminet.Vision.Datasets;

/// <summary>A file that cannot be read.</summary>
/// <param name="Index">Its place in the set.</param>
/// <param name="Path">The file.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record BadImage(int Index, string Path, string Reason);
