namespace Laminet.Zoo.Datasets;

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="BytesReceived">Bytes received so far.</param>
/// <param name="BytesTotal">Bytes to receive, where the server said so.</param>
public readonly record struct DownloadProgress(string File, long BytesReceived, long? BytesTotal);
