using Laminet.Data;
using Laminet.Tensors;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Datasets;

public class CacheTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cache_holds_the_images_and_their_targets(bool isFile)
    {
        using TemporaryFolder folder = Photos.Ten(), other = new();
        ImageFolder photos = new(folder.Path);
        List<int> progress = [];
        Dataset cached = photos.Cache(Photos.Reading, isFile ? other.Of("cache") : null, parallelism: 2, new Progress(progress));
        Assert.Equal([10], progress);
        // Nothing is read from the photographs any more.
        Directory.Delete(folder.Of("a"), recursive: true);
        int[][] batches = [.. cached.Shuffle(3).Batch(4).Batches(1).Select(Photos.Values)];
        Assert.Equal(Enumerable.Range(0, 10), batches.SelectMany(values => values).Order());
        Assert.Equal(batches[2..], cached.Shuffle(3).Batch(4).Batches(1, 2).Select(Photos.Values));
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], cached.Batch(10).Batches().Single().Y!.ToArray<int>());
    }

    [Fact]
    public void A_cache_file_is_used_again_until_files_settings_or_targets_change()
    {
        using TemporaryFolder folder = Photos.Ten(), other = new();
        string file = other.Of("cache");
        Assert.True(Makes(new ImageFolder(folder.Path), Photos.Reading));
        Assert.False(Makes(new ImageFolder(folder.Path), Photos.Reading));
        Assert.True(Makes(new ImageFolder(folder.Path), Photos.Reading with { Interpolation = Interpolation.Box }));
        Assert.True(Makes(new ImageFolder(folder.Path, classes: ["b", "a"]), Photos.Reading));
        Photos.Write(folder, "a/0.png", 77);
        File.SetLastWriteTimeUtc(folder.Of("a", "0.png"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.True(Makes(new ImageFolder(folder.Path, classes: ["b", "a"]), Photos.Reading));
        Assert.False(Makes(new ImageFolder(folder.Path, classes: ["b", "a"]), Photos.Reading));
        Assert.Equal([6, 7, 8, 9, 77, 1, 2, 3, 4, 5], Photos.Values(new ImageFolder(folder.Path, classes: ["b", "a"]).Cache(Photos.Reading, file).Batch(10).Batches().Single()));
        Assert.Equal([file], Directory.GetFiles(other.Path));

        bool Makes(ImageFolder photos, ImageReading reading)
        {
            List<int> progress = [];
            photos.Cache(reading, file, progress: new Progress(progress));
            return progress.Count > 0;
        }
    }

    // A text of negative length, and dimensions whose product is beyond 64 bits: neither ends in an exception.
    [Fact]
    public void A_header_that_makes_no_sense_is_none()
    {
        Assert.Null(CacheHeader.TryParse([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 2, 3], out _));
        using MemoryStream stream = new();
        new CacheHeader(new byte[32], 1, new ExampleLayout([(null, DType.UInt8, [.. Enumerable.Repeat(1 << 24, 8)])], 1, false)).Write(stream);
        Assert.Null(CacheHeader.TryParse(stream.ToArray(), out _));
        stream.SetLength(0);
        new CacheHeader(new byte[32], 1, new ExampleLayout([("x", DType.UInt8, [2, 3])], 1, false)).Write(stream);
        Assert.Equal(6, CacheHeader.TryParse(stream.ToArray(), out long start)!.Layout.Bytes);
        Assert.Equal(stream.Length, start);
    }

    [Fact]
    public void An_image_is_counted_when_it_is_done()
    {
        using TemporaryFolder folder = new();
        for (int i = 0; i < 130; i++)
            Photos.Write(folder, $"a/{i:D3}.png", (byte)i);
        List<int> progress = [];
        Dataset cached = new ImageFolder(folder.Path).Cache(Photos.Reading, progress: new Progress(progress));
        Assert.Equal([64, 128, 130], progress);
        Assert.Equal(Enumerable.Range(0, 130), Photos.Values(cached.Batch(130).Batches().Single()));
    }

    [Theory]
    [InlineData("\u00FF\u00FF\u00FF\u00FF\u000F")]
    [InlineData("nothing of the kind")]
    [InlineData("")]
    public void What_is_no_cache_is_made_anew(string content)
    {
        using TemporaryFolder folder = Photos.Ten(), other = new();
        File.WriteAllBytes(other.Of("cache"), System.Text.Encoding.Latin1.GetBytes(content));
        Assert.Equal(Enumerable.Range(0, 10), Photos.Values(new ImageFolder(folder.Path).Cache(Photos.Reading, other.Of("cache")).Batch(10).Batches().Single()));
    }

    [Fact]
    public void A_damaged_cache_is_made_anew_and_no_change_of_its_header_harms()
    {
        using TemporaryFolder folder = Photos.Ten(), other = new();
        string file = other.Of("cache");
        ImageFolder photos = new(folder.Path);
        photos.Cache(Photos.Reading, file);
        byte[] whole = File.ReadAllBytes(file);
        // Behind the header each example has 4 x 4 x 3 bytes and a label of 4.
        int header = whole.Length - (10 * 52);
        Random random = new(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = i % 3 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            if (i % 3 != 0)
                damaged[random.Next(header)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(file, damaged);
            Assert.Equal(Enumerable.Range(0, 10), Photos.Values(photos.Cache(Photos.Reading, file).Batch(10).Batches().Single()));
        }
    }

    [Fact]
    public void An_image_that_cannot_be_read_leaves_the_old_cache()
    {
        using TemporaryFolder folder = Photos.Ten(), other = new();
        string file = other.Of("cache");
        new ImageFolder(folder.Path).Cache(Photos.Reading, file);
        byte[] before = File.ReadAllBytes(file);
        Photos.Damage(folder.Of("b", "8.png"));
        Assert.Contains("8.png", Assert.Throws<DatasetException>(() => new ImageFolder(folder.Path).Cache(Photos.Reading, file)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(file));
        Assert.StartsWith("Cache: received settings without a size; ", Assert.Throws<ArgumentException>(() => new ImageFolder(folder.Path).Cache(new ImageReading(), file)).Message, StringComparison.Ordinal);
    }

    private sealed class Progress(List<int> reports) : IProgress<int>
    {
        public void Report(int value) => reports.Add(value);
    }
}
