namespace Laminet.Zoo.Datasets;

/// <summary>A gzipped file that is known before it is fetched.</summary>
/// <param name="Name">Its name, at the server and in the folder.</param>
/// <param name="ContentLength">Bytes when unpacked.</param>
/// <param name="ContentSha256">The SHA-256 sum of the unpacked bytes, in lower-case hexadecimal.</param>
internal sealed record VerifiedFile(string Name, long ContentLength, string ContentSha256);
