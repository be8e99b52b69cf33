using System.Buffers.Binary;
using System.Text;
using Laminet.Formats.Weights;
using Laminet.Tests.Saving;

namespace Laminet.Formats.Tests.Weights;

/// <summary>HDF5 whose indexes lead to the same bytes again and again ends in an error, soon; an honest file is read as often as one likes.</summary>
public sealed class HostileHdf5Tests : IDisposable
{
    private const int Many = 2000;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_file_that_stays_open_is_read_again_and_again()
    {
        using WeightFile file = WeightFile.Open(WeightGolden.Path("types.h5"));
        // More often than the file has room for nodes of an index.
        for (int i = 0; i < 2000; i++)
            _ = file["chunked"].Read();
    }

    // 2000 entries of an index, each the same list of 2000 links.
    [Fact]
    public void Entries_of_groups_are_counted() => AssertRefused(
        Groups("x"u8, new ulong[Many], entries => [Node(0, Enumerable.Repeat(entries, Many))]), "lists more than the file has room for");

    // 2000 nodes, each the same 2000 entries, each an empty list.
    [Fact]
    public void Entries_of_an_index_are_counted() => AssertRefused(
        Groups("x"u8, [], entries => [Node(0, Enumerable.Repeat(entries, Many)), Node(1, Enumerable.Repeat(entries + 8, Many))]), "lists more than the file has room for");

    [Fact]
    public void Names_of_links_are_counted() => AssertRefused(
        Groups(Encoding.ASCII.GetBytes(new string('n', 4000)), new ulong[Many], entries => [Node(0, [entries])]), "repeat the name 'nnnn");

    [Fact]
    public void Links_are_counted_like_objects()
    {
        // In pieces, since one list holds 65535 at most.
        ulong[] links = new ulong[60_000];
        AssertRefused(Groups("x"u8, links, entries => [Node(0, Enumerable.Range(0, 4).Select(copy => entries + (ulong)(copy * (8 + (links.Length * 40)))))], copies: 4), "more than 200000 objects and links");
    }

    [Theory]
    [InlineData("dense_10", "dense_2\0", "it lists the layer 'dense_2' twice")]
    [InlineData("dense_2/kernel:0", "dense_2/bias:0\0\0", "the layer 'dense_2' lists the weight 'dense_2/bias:0' twice")]
    public void Names_that_are_listed_twice_are_refused(string name, string repeated, string expected)
    {
        byte[] bytes = File.ReadAllBytes(WeightGolden.Path("keras2_model.h5"));
        // In the heap of texts each has its length before it.
        byte[] text = [.. Numbers((ulong)name.Length), .. Encoding.ASCII.GetBytes(name)];
        Encoding.ASCII.GetBytes(repeated).CopyTo(bytes, bytes.AsSpan().IndexOf(text) + 8);
        AssertRefused(bytes, expected);
    }

    // Each of twelve chunks says that it reaches to the end of the file. What follows its compressed numbers is not looked at.
    [Fact]
    public void Chunks_that_lie_over_each_other_are_refused()
    {
        byte[] bytes = File.ReadAllBytes(WeightGolden.Path("types.h5"));
        const int chunks = 12, entry = 8 + (8 * 4) + 8;
        int index = -1;
        for (int place = 0; index < 0; place += 4)
        {
            place += bytes.AsSpan(place).IndexOf("TREE"u8);
            if (bytes[place + 4] == 1 && bytes[place + 6] == chunks)
                index = place + 24;
        }

        for (int i = 0; i < chunks; i++)
        {
            Span<byte> chunk = bytes.AsSpan(index + (i * entry), entry);
            BinaryPrimitives.WriteUInt32LittleEndian(chunk, (uint)(bytes.Length - BinaryPrimitives.ReadInt64LittleEndian(chunk[^8..])));
        }

        File.WriteAllBytes(scratch.Path("x"), bytes);
        using WeightFile file = WeightFile.Open(scratch.Path("x"));
        Assert.Contains("the index of 'volume' lists more", Assert.Throws<InvalidDataException>(() => file["volume"].Read()).Message, StringComparison.Ordinal);
    }

    private void AssertRefused(byte[] bytes, string expected)
    {
        File.WriteAllBytes(scratch.Path("x"), bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => WeightFile.Open(scratch.Path("x"))).Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 256 << 20);
    }

    // A file of one group: a superblock, the group's header, its names, lists of soft links (an empty one behind the last), and the nodes of its index, the root last.
    private static byte[] Groups(ReadOnlySpan<byte> names, ulong[] links, Func<ulong, byte[][]> index, int copies = 1)
    {
        const int root = 48, heap = root + 40, text = heap + 32;
        int padded = (names.Length + 8) / 8 * 8;
        List<byte> file = [0x89, .. "HDF"u8, 13, 10, 26, 10, 2, 8, 8, 0, .. Numbers(0, ulong.MaxValue, 0, root), 0, 0, 0, 0];
        // The header: one message, the symbol table, whose index is filled in below.
        file.AddRange([1, 0, 1, 0, 1, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0x11, 0, 16, 0, 0, 0, 0, 0, .. Numbers(0, heap)]);
        file.AddRange([.. "HEAP"u8, 0, 0, 0, 0, .. Numbers((ulong)padded, ulong.MaxValue, text), .. names]);
        file.AddRange(new byte[text + padded - file.Count]);
        ulong entries = (ulong)file.Count;
        for (int copy = 0; copy < copies; copy++)
        {
            file.AddRange([.. "SNOD"u8, 1, 0, (byte)links.Length, (byte)(links.Length >> 8)]);
            foreach (ulong name in links)
                file.AddRange([.. Numbers(name, ulong.MaxValue), 2, 0, 0, 0, .. new byte[20]]);
        }

        byte[][] nodes = index(entries);
        ulong last = 0;
        foreach (byte[] node in nodes)
        {
            last = (ulong)file.Count;
            file.AddRange(node);
        }

        byte[] bytes = [.. file];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(root + 24), last);
        return bytes;
    }

    private static byte[] Node(byte level, IEnumerable<ulong> children)
    {
        ulong[] all = [.. children];
        return [.. "TREE"u8, 0, level, (byte)all.Length, (byte)(all.Length >> 8), .. Numbers(ulong.MaxValue, ulong.MaxValue), .. all.SelectMany(child => Numbers(0, child)), .. new byte[8]];
    }

    private static byte[] Numbers(params ulong[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];
}
