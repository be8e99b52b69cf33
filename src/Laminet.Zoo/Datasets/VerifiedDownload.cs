using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Laminet.Files;

namespace Laminet.Zoo.Datasets;

/// <summary>Fetches files whose contents are known: bounded in size, checked, and only then given their names.</summary>
internal static class VerifiedDownload
{
    public static async Task FetchAsync(Uri address, IReadOnlyList<VerifiedFile> files, string folder, IProgress<DownloadProgress>? progress,
        HttpMessageHandler? handler, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        AtomicFile.CreateDirectory(folder);
        using HttpClient client = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        foreach (VerifiedFile file in files)
        {
            string path = Path.Combine(folder, file.Name);
            if (!File.Exists(path) || await MismatchAsync(file, path, cancellationToken).ConfigureAwait(false) is not null)
                await FetchAsync(client, new Uri(address, file.Name), file, path, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task FetchAsync(HttpClient client, Uri address, VerifiedFile file, string path, IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken)
    {
        string partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            using HttpResponseMessage response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            await SaveAsync(response.Content, address, file, partial, progress, cancellationToken).ConfigureAwait(false);
            if (await MismatchAsync(file, partial, cancellationToken).ConfigureAwait(false) is { } mismatch)
                throw new InvalidDataException($"{address}: {mismatch}. The file was not kept. Try again later, or take it from elsewhere.");
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static async Task SaveAsync(HttpContent content, Uri address, VerifiedFile file, string path, IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken)
    {
        // Packed, a file is hardly ever larger than unpacked: a server that sends more sends something else.
        long limit = file.ContentLength + 4096;
        Stream source = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            FileStream target = File.Create(path);
            await using (target.ConfigureAwait(false))
            {
                byte[] buffer = new byte[1 << 16];
                long received = 0;
                int count;
                while ((count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    received += count;
                    if (received > limit)
                        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                            $"{address}: received more than {limit:N0} bytes; the published file is smaller. The file was not kept."));
                    await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    progress?.Report(new DownloadProgress(file.Name, received, content.Headers.ContentLength));
                }

                // The rename that follows must not reach the disk before the bytes do.
                target.Flush(flushToDisk: true);
            }
        }
    }

    /// <summary>What is wrong with a file, or null.</summary>
    private static async Task<string?> MismatchAsync(VerifiedFile file, string path, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        try
        {
            FileStream packed = File.OpenRead(path);
            await using (packed.ConfigureAwait(false))
            {
                // A gzip file ends with its content's length. Unpacking does not notice a lost end, but other programs would.
                byte[] end = new byte[4];
                packed.Seek(-Math.Min(end.Length, packed.Length), SeekOrigin.End);
                int ending = await packed.ReadAtLeastAsync(end, end.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                if (ending < end.Length || BinaryPrimitives.ReadUInt32LittleEndian(end) != file.ContentLength)
                    return string.Create(CultureInfo.InvariantCulture, $"received {packed.Length:N0} bytes that do not end as the published gzip file does");
                packed.Position = 0;
                GZipStream content = new(packed, CompressionMode.Decompress);
                await using (content.ConfigureAwait(false))
                {
                    byte[] buffer = new byte[1 << 16];
                    int count;
                    while ((count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                    {
                        length += count;
                        if (length > file.ContentLength)
                            return string.Create(CultureInfo.InvariantCulture,
                                $"received a file that unpacks to more than the published {file.ContentLength:N0} bytes");
                        hash.AppendData(buffer, 0, count);
                    }
                }
            }
        }
        catch (InvalidDataException exception)
        {
            return $"received something that is no sound gzip file ({exception.Message})";
        }

        string sum = Convert.ToHexStringLower(hash.GetHashAndReset());
        return sum == file.ContentSha256 ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"received {length:N0} bytes of content with the SHA-256 sum {sum}; the published file has {file.ContentLength:N0} with {file.ContentSha256}");
    }
}
