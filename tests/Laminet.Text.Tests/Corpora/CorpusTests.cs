using System.IO.Compression;
using Laminet.Data;
using Laminet.Text.Corpora;

namespace Laminet.Text.Tests.Corpora;

public class CorpusTests
{
    [Fact]
    public void Lines_are_read_again_and_again_packed_or_not()
    {
        using TemporaryFolder folder = new();
        IEnumerable<string> lines = TextFiles.Lines(folder.Write("a.txt", "one\r\n\ntwo 😀\nthree"));
        Assert.Equal(["one", "", "two 😀", "three"], lines);
        Assert.Equal(["one", "", "two 😀", "three"], lines);
        Assert.Empty(TextFiles.Lines(folder.Write("empty.txt", "")));
        Assert.Equal(["a"], TextFiles.Lines(folder.Write("mark.txt", "\ufeffa\n")));
        using (GZipStream packed = new(File.Create(folder.Of("a.txt.gz")), CompressionMode.Compress))
            packed.Write("x\ny\n"u8);
        Assert.Equal(["x", "y"], TextFiles.Lines(folder.Of("a.txt.gz")));
    }

    [Fact]
    public void Tables_and_parallel_files()
    {
        using TemporaryFolder folder = new();
        Assert.Equal([["a", "b"], ["c", ""]], TextFiles.Table(folder.Write("t.tsv", "a\tb\nc\t\n")));
        Assert.Equal($"{folder.Of("bad.tsv")}, line 2: 3 columns; expected 2, separated by tabs.", Assert.Throws<FormatException>(() => TextFiles.Table(folder.Write("bad.tsv", "a\tb\nc\td\te\n")).ToList()).Message);
        string english = folder.Write("x.en", "a\nb\n"), french = folder.Write("x.fr", "c\nd\n");
        Assert.Equal([("a", "c"), ("b", "d")], TextFiles.Parallel(english, french));
        Assert.Contains("ends after 1 lines", Assert.Throws<FormatException>(() => TextFiles.Parallel(english, folder.Write("y.fr", "c\n")).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_files_are_told()
    {
        using TemporaryFolder folder = new();
        Assert.Equal($"Cannot read {folder.Of("none")}: there is no such file.", Assert.Throws<FileNotFoundException>(() => TextFiles.Lines(folder.Of("none"))).Message);
        Assert.Contains("line 2: longer than 5 characters", Assert.Throws<FormatException>(() => TextFiles.Lines(folder.Write("long.txt", "abc\nabcdefgh"), longest: 5).ToList()).Message, StringComparison.Ordinal);
        File.WriteAllBytes(folder.Of("latin.txt"), [0x61, 0xE9, 0x0A]);
        Assert.Contains("not UTF-8", Assert.Throws<FormatException>(() => TextFiles.Lines(folder.Of("latin.txt")).ToList()).Message, StringComparison.Ordinal);
        // The reader decodes far ahead of the line.
        File.WriteAllBytes(folder.Of("late.txt"), [.. "a\n😀\n"u8, 0xE9, .. new byte[9].Select(_ => (byte)'x')]);
        foreach (int longest in (int[])[1 << 20, 2])
            Assert.Contains("late.txt, line 3: not UTF-8", Assert.Throws<FormatException>(() => TextFiles.Lines(folder.Of("late.txt"), longest).ToList()).Message, StringComparison.Ordinal);
        foreach (System.Text.Encoding wide in (System.Text.Encoding[])[new System.Text.UnicodeEncoding(bigEndian: false, byteOrderMark: false), new System.Text.UnicodeEncoding(bigEndian: true, byteOrderMark: false)])
        {
            File.WriteAllText(folder.Of("wide.txt"), "hello\nworld\n", wide);
            Assert.Contains("line 1: begins with a NUL, as UTF-16 without a mark does; expected UTF-8", Assert.Throws<FormatException>(() => TextFiles.Lines(folder.Of("wide.txt")).ToList()).Message, StringComparison.Ordinal);
        }

        Assert.Equal(["a", "b\0"], TextFiles.Lines(folder.Write("nul.txt", "a\nb\0")));
        Assert.Contains("latin.txt: not UTF-8. Convert the file.", Assert.Throws<FormatException>(() => new Document(folder.Of("latin.txt"), 0).Read()).Message, StringComparison.Ordinal);
        Assert.EndsWith("line 1: 1 column; expected 2, separated by tabs.", Assert.Throws<FormatException>(() => TextFiles.Table(folder.Write("one.tsv", "a\n"), columns: 2).ToList()).Message, StringComparison.Ordinal);
        Assert.Contains("packed file is damaged", Assert.Throws<FormatException>(() => TextFiles.Lines(folder.Write("text.gz", "no gzip at all")).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_of_documents_have_classes()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Of("pos"));
        Directory.CreateDirectory(folder.Of("neg"));
        folder.Write("pos/b.txt", "fine");
        folder.Write("pos/a.txt", "good");
        folder.Write("neg/a.txt", "bad");
        folder.Write("neg/a.md", "no document");
        DocumentFolder documents = new(folder.Path);
        Assert.Equal(["neg", "pos"], documents.Classes);
        Assert.Equal([("bad", 0), ("good", 1), ("fine", 1)], documents.Documents.Select(one => (one.Read(), one.Label)));
        Assert.Equal(["bad", "good", "fine"], documents.Texts());
        Assert.Contains("no files *.html", Assert.Throws<ArgumentException>(() => new DocumentFolder(folder.Path, "*.html")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Buckets_hold_about_as_many_texts()
    {
        Assert.Equal([5, 10], LengthBuckets.Of(Enumerable.Range(1, 10), 2));
        Assert.Equal([8, 16], LengthBuckets.Of(Enumerable.Range(1, 10), 2, multiple: 8));
        Assert.Equal([3], LengthBuckets.Of([3, 3, 3], 4));
        Assert.Throws<ArgumentException>(() => LengthBuckets.Of([]));
        // They go into PaddedBatch: each text in the smallest bucket that holds it.
        int[][] texts = [[1], [1, 2, 3], [1, 2], [1, 2, 3, 4]];
        int[] widths = [.. Dataset.FromRagged(texts).PaddedBatch(2, [.. LengthBuckets.Of(texts.Select(text => text.Length), 2)]).Batches().Select(batch => batch.X.Shape[1])];
        Assert.Equal([2, 4], widths.Order());
    }

    [Fact]
    public void Documents_fill_blocks_without_padding()
    {
        PackedBlock[] blocks = [.. TokenPacking.Pack([[1, 2, 3], [4], [5, 6]], 4, endToken: 0, paddingToken: 9)];
        Assert.Equal([[1, 2, 3, 0], [4, 0, 5, 6], [0, 9, 9, 9]], blocks.Select(block => block.Tokens));
        Assert.Equal([[0, 0, 0, 0], [0, 0, 1, 1], [0, -1, -1, -1]], blocks.Select(block => block.Documents));
        Assert.Equal([0, 1, 0, 1], blocks[1].Positions());
        bool[] expected = [true, false, false, false, true, true, false, false, false, false, true, false, false, false, true, true];
        Assert.Equal(expected, blocks[1].AttentionMask().ToArray<bool>());
        Assert.Equal(2, TokenPacking.Pack([[1, 2, 3], [4], [5, 6]], 4, endToken: 0).Count());
        Assert.Empty(TokenPacking.Pack([], 4, 0));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(70_000)]
    public void A_file_of_tokens_gives_documents_and_windows(int vocabulary)
    {
        using TemporaryFolder folder = new();
        int[][] documents = [[1, 2, 3], [], [vocabulary - 1, 5, 6, 7]];
        TokenFile.Write(folder.Of("a.tokens"), documents, vocabulary);
        using TokenFile file = TokenFile.Open(folder.Of("a.tokens"));
        Assert.Equal((7, 3, vocabulary), (file.Length, file.DocumentCount, file.VocabularySize));
        Assert.Equal(documents, Enumerable.Range(0, 3).Select(number => file.Document(number)));
        Assert.Equal([3, vocabulary - 1], file.Read(2, 2));
        Batch[] windows = [.. file.Windows(2).Batches()];
        Assert.Equal([[1, 2], [3, vocabulary - 1], [5, 6]], windows.Select(batch => batch.X.ToArray<int>()));
        Assert.Equal([[2, 3], [vocabulary - 1, 5], [6, 7]], windows.Select(batch => batch.Y!.ToArray<int>()));
        Assert.Equal(5, file.Windows(2, stride: 1).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(6, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Document(3));
        Assert.Contains("has 7 tokens", Assert.Throws<ArgumentException>(() => file.Windows(7)).Message, StringComparison.Ordinal);
    }

    // A sparse file takes no room on Linux; of its pages only those that are read come into memory.
    [Fact]
    public void A_file_of_tokens_may_be_larger_than_memory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using TemporaryFolder folder = new();
        string path = folder.Of("large.tokens");
        TokenFile.Write(path, [[5, 6, 7]], 100);
        byte[] header = File.ReadAllBytes(path)[..40];
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, length = (memory / 2 * 3) + 7;
        BitConverter.TryWriteBytes(header.AsSpan(16), length);
        using (FileStream file = File.Create(path))
        {
            file.SetLength(40 + (length * 2) + 8);
            file.Write(header);
            file.Position = 40 + ((length - 2) * 2);
            file.Write([8, 0, 9, 0]);
            file.Write(BitConverter.GetBytes(length));
        }

        Assert.True(new FileInfo(path).Length > 2 * memory);
        using TokenFile tokens = TokenFile.Open(path);
        Assert.Equal((length, 1), (tokens.Length, tokens.DocumentCount));
        Assert.Equal([0, 8, 9], tokens.Read(length - 3, 3));
        long before = Environment.WorkingSet;
        Dataset windows = tokens.Windows(64, stride: (int)Math.Max(64, length / 1_000_000)).Shuffle(seed: 1).Batch(8);
        Assert.Equal([8, 64], windows.Batches().First().X.Shape);
        // Other tests of this process run meanwhile; the whole file would be eight times as much.
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, memory / 4);
    }

    [Fact]
    public void Damaged_files_of_tokens_are_told()
    {
        using TemporaryFolder folder = new();
        string path = folder.Of("a.tokens");
        Assert.Contains("has the token 9; the vocabulary has 5 tokens", Assert.Throws<ArgumentException>(() => TokenFile.Write(path, [[9]], 5)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        TokenFile.Write(path, [[1, 2], [3]], 5);
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^1]);
        Assert.Contains("damaged or cut off", Assert.Throws<FormatException>(() => TokenFile.Open(path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, "hello"u8.ToArray());
        Assert.Contains("does not begin with LAMITOK1", Assert.Throws<FormatException>(() => TokenFile.Open(path)).Message, StringComparison.Ordinal);
        byte[] foreign = [.. whole];
        foreign[40] = 99;
        File.WriteAllBytes(path, foreign);
        using TokenFile file = TokenFile.Open(path);
        Assert.Contains("token 0 is 99; the vocabulary has 5 tokens", Assert.Throws<FormatException>(() => file.Document(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_token_file_gives_windows_of_its_own()
    {
        using TemporaryFolder folder = new();
        TokenFile.Write(folder.Of("t"), [[.. Enumerable.Range(0, 20)]], 20);
        using TokenFile file = TokenFile.Open(folder.Of("t"));
        Assert.Equal([[12, 13, 14], [15, 16, 17]], file.Windows(3, from: 12).Batches().Select(batch => batch.X.ToArray<int>()));
        Batch[] first = [.. file.Windows(3, stride: 2, until: 8).Batches()];
        Assert.Equal([[0, 1, 2], [2, 3, 4], [4, 5, 6]], first.Select(batch => batch.X.ToArray<int>()));
        Assert.Equal([5, 6, 7], first[^1].Y!.ToArray<int>());
        Assert.Contains("has 3 tokens from 4 on; examples of 3", Assert.Throws<ArgumentException>(() => file.Windows(3, from: 4, until: 7)).Message, StringComparison.Ordinal);
        foreach ((long from, long until) in ((long, long)[])[(-1, 5), (0, 21), (6, 5)])
            Assert.Contains("has 20 tokens", Assert.Throws<ArgumentOutOfRangeException>(() => file.Windows(1, from: from, until: until)).Message, StringComparison.Ordinal);
    }
}
