using System.Net;
using System.Security.Cryptography;
using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class VerifiedDownloadTests
{
    private static readonly Uri Address = new("http://example.invalid/data/");
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i >> 5))];
    private static readonly VerifiedFile Wanted = new("a.gz", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)));

    [Fact]
    public async Task A_right_file_gets_its_name_and_progress_is_told()
    {
        using TemporaryFolder folder = new();
        using Server server = new(IdxBytes.Gzip(Content));
        List<DownloadProgress> heard = [];
        await FetchAsync(folder, server, new Listener(heard.Add));
        Assert.Equal(["a.gz"], Names(folder));
        Assert.Equal(["http://example.invalid/data/a.gz"], server.Asked);
        long size = new FileInfo(folder["a.gz"]).Length;
        Assert.Equal(new DownloadProgress("a.gz", size, size), heard[^1]);
    }

    [Fact]
    public async Task What_is_there_and_right_is_not_fetched_again_and_what_is_wrong_is()
    {
        using TemporaryFolder folder = new();
        using Server server = new(IdxBytes.Gzip(Content));
        await FetchAsync(folder, server);
        await FetchAsync(folder, server);
        Assert.Single(server.Asked);
        File.WriteAllBytes(folder["a.gz"], [1, 2, 3]);
        await FetchAsync(folder, server);
        Assert.Equal(2, server.Asked.Count);
        Assert.Equal(IdxBytes.Gzip(Content), File.ReadAllBytes(folder["a.gz"]));
    }

    public static TheoryData<string, byte[], string> Wrong => new()
    {
        { "one byte changed", IdxBytes.Gzip([.. Content[1..], 0]), "received 5,000 bytes of content with the SHA-256 sum" },
        { "no gzip", [.. "<html>moved</html>"u8, 0x88, 0x13, 0, 0], "received something that is no sound gzip file" },
        { "a page", "<html>moved</html>"u8.ToArray(), "received 18 bytes that do not end as the published gzip file does" },
        { "another file", IdxBytes.Gzip([1, 2, 3]), "do not end as the published gzip file does" },
        { "end cut", IdxBytes.Gzip(Content)[..^5], "do not end as the published gzip file does" },
        { "unpacks to more", [.. IdxBytes.Gzip(new byte[100_000])[..^4], 0x88, 0x13, 0, 0], "received" },
        { "without end", new byte[200_000], "received more than 9,096 bytes" },
        { "nothing", [], "received" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task A_wrong_file_is_not_kept(string what, byte[] sent, string message)
    {
        using TemporaryFolder folder = new();
        using Server server = new(sent);
        InvalidDataException exception = await Assert.ThrowsAsync<InvalidDataException>(() => FetchAsync(folder, server));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.True(Names(folder).Length == 0, what);
    }

    [Fact]
    public async Task A_wrong_answer_leaves_the_file_that_was_there()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["a.gz"], [7]);
        using Server server = new([1]);
        await Assert.ThrowsAsync<InvalidDataException>(() => FetchAsync(folder, server));
        Assert.Equal<byte>([7], File.ReadAllBytes(folder["a.gz"]));
    }

    [Fact]
    public async Task A_refusal_and_a_cancellation_leave_nothing()
    {
        using TemporaryFolder folder = new();
        using Server refusing = new([], HttpStatusCode.NotFound);
        await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(folder, refusing));
        using CancellationTokenSource stop = new();
        using Server server = new(IdxBytes.Gzip(Content));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(folder, server, new Listener(_ => stop.Cancel()), stop.Token));
        Assert.Empty(Names(folder));
    }

    [Fact]
    public async Task Fashion_MNIST_asks_upstream_and_believes_nothing_else()
    {
        using TemporaryFolder folder = new();
        using Server server = new(IdxBytes.Gzip(Content));
        await Assert.ThrowsAsync<InvalidDataException>(() => FashionMnist.DownloadAsync(folder.Path, handler: server));
        Assert.Equal(["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz"], server.Asked);
        Assert.Empty(Names(folder));
    }

    private static Task FetchAsync(TemporaryFolder folder, Server server, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default) =>
        VerifiedDownload.FetchAsync(Address, [Wanted], folder.Path, progress, server, cancellation);

    private static string[] Names(TemporaryFolder folder) => [.. Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path))];

    /// <summary>Tells at once, where Progress would post to another thread.</summary>
    private sealed class Listener(Action<DownloadProgress> hear) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => hear(value);
    }

    /// <summary>Answers every request with the same bytes.</summary>
    private sealed class Server(byte[] content, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage(status) { Content = new ByteArrayContent(content) });
        }
    }
}
