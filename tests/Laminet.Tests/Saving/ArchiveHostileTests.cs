using System.IO.Compression;
using Laminet.Saving;
using Laminet.Training;

namespace Laminet.Tests.Saving;

public sealed class ArchiveHostileTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string path;
    private readonly Dictionary<string, byte[]> parts;
    private readonly byte[] good;

    public ArchiveHostileTests()
    {
        path = scratch.Path("model.laminet");
        Model model = Models.Compiled(Models.Convnet());
        model.Fit(Models.Images(), Models.Labels(), batchSize: 8);
        model.Save(path);
        (parts, good) = (Archives.Parts(path), File.ReadAllBytes(path));
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_file_cut_anywhere_is_told()
    {
        for (int length = 0; length < good.Length; length += length < 200 || length > good.Length - 600 ? 1 : 37)
        {
            File.WriteAllBytes(path, good[..length]);
            Refused();
        }
    }

    [Fact]
    public void A_flipped_bit_in_any_part_is_found()
    {
        foreach ((string name, byte[] bytes) in parts.Where(part => part.Value.Length > 64))
        {
            int start = good.AsSpan().IndexOf(bytes);
            byte[] damaged = [.. good];
            damaged[start + (bytes.Length * 3 / 4)] ^= 4;
            File.WriteAllBytes(path, damaged);
            Assert.StartsWith($"{path}, {name}", Refused(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_damage_to_the_file_leads_to_another_exception()
    {
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            File.WriteAllBytes(path, Mutation.Of(good, random));
            refused += TryLoad() ? 0 : 1;
        }

        Assert.InRange(refused, 500, 1000);
    }

    [Theory]
    [InlineData(ArchiveParts.Model, 400)]
    [InlineData(ArchiveParts.Training, 300)]
    [InlineData(ArchiveParts.Weights, 200)]
    [InlineData(ArchiveParts.Optimizer, 200)]
    public void No_damage_to_a_part_leads_to_another_exception(string part, int times)
    {
        Random random = new(2);
        for (int i = 0; i < times; i++)
        {
            Archives.Write(path, parts.Select(pair => KeyValuePair.Create(pair.Key, pair.Key == part ? Mutation.Of(pair.Value, random) : pair.Value)));
            TryLoad();
        }
    }

    [Theory]
    [InlineData(ArchiveParts.Model)]
    [InlineData(ArchiveParts.Training)]
    public void A_later_format_is_told(string part)
    {
        Archives.Change(path, part, text => text.Replace("\"format_version\": 1", "\"format_version\": 2", StringComparison.Ordinal));
        Assert.Equal($"{path}, {part} is of format version 2; this Laminet reads versions 1 to 1. It was written by a later Laminet: update yours.", Refused());
    }

    [Fact]
    public void A_missing_part_is_told()
    {
        foreach (string part in parts.Keys.Where(part => part != ArchiveParts.Optimizer))
        {
            Archives.Write(path, parts.Where(pair => pair.Key != part));
            Assert.Contains(part == ArchiveParts.Model ? "it is a checkpoint" : "there is no such part", Refused(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_part_nobody_knows_is_not_extracted_and_reported()
    {
        Archives.Write(path, parts.Append(KeyValuePair.Create("../../evil.sh", "rm"u8.ToArray())));
        Model.Load(path, out LoadReport report);
        Assert.Equal("The part '../../evil.sh' is unknown to this Laminet and was not read.", Assert.Single(report.Notes));
        Assert.Equal(["model.laminet"], scratch.Files);
    }

    [Fact]
    public void Two_parts_of_one_name_are_told()
    {
        Archives.Write(path, parts.Append(parts.First()));
        Assert.Contains("two parts of that name", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_parts_are_told()
    {
        Archives.Write(path, parts.Concat(Enumerable.Range(0, 100).Select(i => KeyValuePair.Create($"part{i}", Array.Empty<byte>()))));
        Assert.Contains("at most 64 are read", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_tensors_are_told()
    {
        Archives.Write(path, parts, CompressionLevel.Optimal);
        Assert.Contains("its tensors are compressed", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_takes_no_memory()
    {
        // 300 MB of spaces in 300 KB.
        Archives.Write(path, parts.Where(pair => pair.Key != ArchiveParts.Model).Append(KeyValuePair.Create(ArchiveParts.Model, BombText())), CompressionLevel.Optimal);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("impossible or too much", Refused(), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);

        static byte[] BombText()
        {
            byte[] text = new byte[300 << 20];
            text.AsSpan().Fill((byte)' ');
            return text;
        }
    }

    [Fact]
    public void Huge_layers_take_no_memory()
    {
        // A description of ten million units is small; the weights it would need are not in the file.
        Archives.Change(path, ArchiveParts.Model, text => text.Replace("\"units\": 2", "\"units\": 10000000", StringComparison.Ordinal));
        Assert.Contains("other shape", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Not_a_model_file_is_told()
    {
        File.WriteAllText(path, "hello");
        Assert.StartsWith($"{path}: ", Refused(), StringComparison.Ordinal);
    }

    private string Refused() => Assert.Throws<InvalidDataException>(() => Model.Load(path)).Message;

    private bool TryLoad()
    {
        try
        {
            Model.Load(path);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
