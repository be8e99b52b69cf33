using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Laminet.Files;

namespace Laminet.Formats.Weights.Cache;

/// <summary>
/// Keeps files of weights from the web in a folder, with their checksums. <see cref="Get"/> downloads a file if the folder does not have it. Nothing else in this package uses the network.
/// </summary>
/// <example><code>
/// var cache = new WeightCache();
/// CachedFile file = cache.Get(new Uri("https://example.org/resnet20.pth"), sha256: "12fca82f...");
/// model.ImportWeights(file.Path);
/// </code></example>
public sealed class WeightCache
{
    private const string ChecksumEnd = ".sha256";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="folder">The folder; by default the one that LAMINET_CACHE names, or <c>laminet/weights</c> in the user's folder for caches.</param>
    public WeightCache(string? folder = null) => Folder = Path.GetFullPath(folder ?? (Environment.GetEnvironmentVariable("LAMINET_CACHE") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "laminet", "weights")));

    /// <summary>The folder. It is made when the first file is.</summary>
    public string Folder { get; }

    /// <summary>Gives the file of an address. It is downloaded if it is not in the folder. Its checksum is compared each time.</summary>
    /// <param name="url">The address. Without a checksum it must begin with https.</param>
    /// <param name="sha256">The SHA-256 checksum that the file must have, 64 hexadecimal digits. If it is null, any file is accepted the first time, and must have the same checksum later.</param>
    /// <param name="progress">Receives the bytes so far, the length and the time of a download, about four times a second and at its end.</param>
    /// <param name="cancellation">Stops the download.</param>
    /// <returns>The path, the checksum, and whether the file was downloaded now.</returns>
    /// <exception cref="ArgumentException">The address or the checksum has not that form.</exception>
    /// <exception cref="InvalidDataException">The file has another checksum. A download is then not kept.</exception>
    /// <exception cref="IOException">The file cannot be downloaded or written.</exception>
    public CachedFile Get(Uri url, string? sha256 = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        sha256 = sha256?.ToLowerInvariant();
        if (sha256 is not null && (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit)))
            throw new ArgumentException($"Received the checksum '{sha256}'; expected the 64 hexadecimal digits of SHA-256, as 'sha256sum FILE' prints.", nameof(sha256));
        if (!url.IsAbsoluteUri || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && sha256 is not null)))
            throw new ArgumentException($"Received the address '{url}'; expected one of https, or of http together with the checksum.", nameof(url));
        string path = Path.Combine(Folder, NameOf(url));
        if (File.Exists(path))
        {
            string found = Checksum(path), expected = sha256 ?? (File.Exists(path + ChecksumEnd) ? File.ReadAllText(path + ChecksumEnd).Trim() : found);
            return found == expected ? new CachedFile(path, found, false) : throw new InvalidDataException(
                $"{path}, from {url}, has the checksum {found}; expected {expected}. It was changed or is another version; delete it to download it again.");
        }

        AtomicFile.CreateDirectory(Folder);
        string downloaded = "";
        try
        {
            AtomicFile.Write(path, stream =>
            {
                downloaded = Download(url, stream, sha256, progress, cancellation);
                // Before the file has its name: a process that is killed in between leaves no file without its checksum.
                AtomicFile.Write(path + ChecksumEnd, checksum => checksum.Write(Encoding.ASCII.GetBytes(downloaded + "\n")));
            });
        }
        catch (DownloadException exception)
        {
            throw new IOException(exception.Message, exception.InnerException);
        }

        return new CachedFile(path, downloaded, true);
    }

    private static string Download(Uri url, Stream target, string? sha256, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        using CancellationTokenSource stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using HttpResponseMessage response = Received(() => client.Send(new HttpRequestMessage(HttpMethod.Get, url), HttpCompletionOption.ResponseHeadersRead, stalled.Token));
        _ = Received(response.EnsureSuccessStatusCode);
        long? length = response.Content.Headers.ContentLength;
        using Stream source = Received(() => response.Content.ReadAsStream(stalled.Token));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        Stopwatch watch = Stopwatch.StartNew();
        (long done, TimeSpan told) = (0, TimeSpan.Zero);
        while (Received(() => source.ReadAsync(buffer, stalled.Token).AsTask().GetAwaiter().GetResult()) is var count and > 0)
        {
            hash.AppendData(buffer, 0, count);
            target.Write(buffer, 0, count);
            done += count;
            if (watch.Elapsed - told > TimeSpan.FromSeconds(0.25))
            {
                told = watch.Elapsed;
                progress?.Report(new DownloadProgress(done, length, told));
            }
        }

        progress?.Report(new DownloadProgress(done, length, watch.Elapsed));
        if (length is { } expected && done != expected)
            throw new DownloadException($"{url} ended after {done} of {expected} bytes. Try again.");
        string found = Convert.ToHexStringLower(hash.GetHashAndReset());
        return sha256 is null || found == sha256 ? found : throw new InvalidDataException($"{url} has the checksum {found}; expected {sha256}. The file was not kept: it is another version, or was changed on the way.");

        // What fails here is the server or the way to it, and not the file that is written.
        T Received<T>(Func<T> receive)
        {
            try
            {
                stalled.CancelAfter(Patience);
                return receive();
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                throw new DownloadException($"{url} cannot be downloaded: {exception.Message.TrimEnd('.')}. Try again, or check the address.", exception);
            }
            catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
            {
                throw new DownloadException(string.Create(CultureInfo.InvariantCulture, $"{url} sent nothing for {Patience.TotalSeconds} seconds. Try again."), exception);
            }
        }
    }

    // Two addresses may end in one name; and the name must be one of a file on every system.
    private static string NameOf(Uri url)
    {
        string last = Uri.UnescapeDataString(url.Segments[^1]);
        string safe = string.Concat(last.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')).TrimStart('.');
        return $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)))[..12]}-{(safe.Length == 0 ? "weights" : safe[Math.Max(0, safe.Length - 80)..])}";
    }

    private static string Checksum(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    // No IOException: those that AtomicFile meets are errors of the file that it writes.
    private sealed class DownloadException(string message, Exception? inner = null) : Exception(message, inner);
}
