namespace Laminet.Zoo.Datasets;

/// <summary>The progress of a download.</summary>
/// <param name="File">The file's name.</param>
/// <param name="BytesReceived">Bytes received so far.</param>
/// <param name="BytesTotal">Bytes to receive; null if the server does not report it.</param>
public readonly record struct DownloadProgress(string File, long BytesReceived, long? BytesTotal);
