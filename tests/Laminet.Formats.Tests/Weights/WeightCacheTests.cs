using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Laminet.Formats.Weights.Cache;
using Laminet.Tests.Saving;

namespace Laminet.Formats.Tests.Weights;

public sealed class WeightCacheTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 7))];
    private static readonly string Checksum = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly Scratch scratch = new();
    private readonly HttpListener server = new();
    private readonly Uri url;
    private int requests;

    public WeightCacheTests()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        string root = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        free.Stop();
        server.Prefixes.Add(root);
        server.Start();
        _ = Serve();
        url = new Uri(root + "some/..%2F..%2Fnet.pth?version=2");
    }

    public void Dispose()
    {
        server.Close();
        scratch.Dispose();
    }

    [Fact]
    public void A_file_is_downloaded_once_and_held_to_its_checksum()
    {
        WeightCache cache = new(scratch.Path("cache"));
        List<DownloadProgress> told = [];
        CachedFile first = cache.Get(url, Checksum.ToUpperInvariant(), new Told(told));
        Assert.Equal((true, Checksum, 1), (first.WasDownloaded, first.Sha256, requests));
        Assert.Equal(Content, File.ReadAllBytes(first.Path));
        // Whatever the address holds, the file lies in the folder.
        Assert.Equal(cache.Folder, Path.GetDirectoryName(first.Path));
        Assert.Equal((Content.Length, (long?)Content.Length, TimeSpan.Zero), (told[^1].Bytes, told[^1].Length, told[^1].Left));

        Assert.Equal(first with { WasDownloaded = false }, cache.Get(url, Checksum));
        Assert.Equal(1, requests);

        File.WriteAllText(first.Path, "changed");
        Assert.Contains("delete it to download it again", Assert.Throws<InvalidDataException>(() => cache.Get(url, Checksum)).Message, StringComparison.Ordinal);
        Assert.Equal(1, requests);
    }

    [Fact]
    public void A_download_with_another_checksum_is_not_kept()
    {
        WeightCache cache = new(scratch.Path("cache"));
        Assert.Contains("was not kept", Assert.Throws<InvalidDataException>(() => cache.Get(url, new string('0', 64))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(cache.Folder));
    }

    [Fact]
    public void What_cannot_be_downloaded_is_an_error_that_names_it()
    {
        WeightCache cache = new(scratch.Path("cache"));
        Assert.Contains("404", Assert.Throws<IOException>(() => cache.Get(new Uri(url, "/absent"), Checksum)).Message, StringComparison.Ordinal);
        Assert.Contains("together with the checksum", Assert.Throws<ArgumentException>(() => cache.Get(url)).Message, StringComparison.Ordinal);
        Assert.Contains("expected one of https", Assert.Throws<ArgumentException>(() => cache.Get(new Uri("file:///x"), Checksum)).Message, StringComparison.Ordinal);
        Assert.Contains("64 hexadecimal digits", Assert.Throws<ArgumentException>(() => cache.Get(url, "12fca82f")).Message, StringComparison.Ordinal);
        Assert.Equal(1, requests);
    }

    [Theory]
    [InlineData("/absent", "404")]
    [InlineData("/cut", "")]
    public void A_download_that_fails_is_not_told_as_a_file_that_cannot_be_written(string address, string expected)
    {
        WeightCache cache = new(scratch.Path("cache"));
        Uri failing = new(url, address);
        string message = Assert.Throws<IOException>(() => cache.Get(failing, Checksum)).Message;
        Assert.StartsWith($"{failing} cannot be downloaded: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(cache.Folder));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_not_told_as_a_download_that_fails()
    {
        File.WriteAllText(scratch.Path("cache"), "a file where the folder should be");
        Assert.StartsWith("Cannot make the directory", Assert.Throws<IOException>(() => new WeightCache(scratch.Path("cache")).Get(url, Checksum)).Message, StringComparison.Ordinal);
        Assert.Equal(0, requests);
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await server.GetContextAsync();
                requests++;
                if (context.Request.Url!.AbsolutePath == "/absent")
                {
                    context.Response.StatusCode = 404;
                }
                else
                {
                    context.Response.ContentLength64 = Content.Length;
                    if (context.Request.Url.AbsolutePath == "/cut")
                    {
                        // The connection ends before the length that was promised.
                        await context.Response.OutputStream.WriteAsync(Content.AsMemory(0, 1000));
                        context.Response.Abort();
                        continue;
                    }

                    await context.Response.OutputStream.WriteAsync(Content);
                }

                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    // At once, where Progress<T> tells later.
    private sealed class Told(List<DownloadProgress> all) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => all.Add(value);
    }
}
