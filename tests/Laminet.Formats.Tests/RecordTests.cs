using System.Buffers;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Laminet.Formats.Records;
using Laminet.Tests.Saving;
using Laminet.Verification.Watching;
using Microsoft.Win32.SafeHandles;

namespace Laminet.Formats.Tests;

public sealed class RecordTests : IDisposable
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    // RFC 3720, B.4, and the check value of the polynomial.
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("123456789", 0xe3069283u)]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0x8a9136aau)]
    public void The_checksum_is_that_of_the_standard(string text, uint expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Assert.Equal(expected, Crc32C.Of(bytes));
        Assert.Equal(expected, Checksums.Crc32C(bytes));
    }

    [Fact]
    public void Checksums_of_all_lengths_are_those_of_the_slow_way()
    {
        byte[] bytes = new byte[67];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
            Assert.Equal(Checksums.Crc32C(bytes.AsSpan(0, length)), Crc32C.Of(bytes.AsSpan(0, length)));
    }

    // Sizes around the ends of blocks: 32,768 bytes less the file's header of 7 and a chunk's of 7.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32753)]
    [InlineData(32754)]
    [InlineData(32755)]
    [InlineData(32747)]
    [InlineData(32748)]
    [InlineData(40000)]
    [InlineData(200000)]
    public void Records_of_a_run_survive_the_ends_of_blocks(int size)
    {
        Random random = new(size);
        List<byte[]> written = [];
        RunLogFraming framing = new();
        ArrayBufferWriter<byte> file = new();
        file.Write(framing.Header);
        foreach (int length in (int[])[size, 3, size, 0, size])
        {
            byte[] record = new byte[length];
            random.NextBytes(record);
            written.Add(record);
            framing.Write(record, file.WrittenCount, file);
        }

        Assert.Equal(written, Frames.OfRun(file.WrittenSpan));
    }

    [Fact]
    public void Records_are_written_in_order_and_none_is_lost()
    {
        string path = scratch.Path("many");
        using (RecordFile file = new(path, new EventFraming(), null, TimeSpan.FromMilliseconds(1), 64))
        {
            for (int i = 0; i < 20_000; i++)
                file.Add(new Int32Value { Value = i });
        }

        Assert.Equal(Enumerable.Range(0, 20_000), Frames.OfEvents(File.ReadAllBytes(path)).Select(record => Int32Value.Parser.ParseFrom(record).Value));
    }

    [Fact]
    public void Records_are_written_after_the_interval_without_being_asked_for()
    {
        string path = scratch.Path("later");
        using RecordFile file = new(path, new EventFraming(), null, TimeSpan.FromMilliseconds(5), 1000);
        file.Add(new Int32Value { Value = 7 });
        Assert.True(SpinWait.SpinUntil(() => new FileInfo(path).Length > 0, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Many_records_are_written_before_the_interval()
    {
        string path = scratch.Path("soon");
        using RecordFile file = new(path, new EventFraming(), null, Never, 10);
        for (int i = 0; i < 10; i++)
            file.Add(new Int32Value { Value = 7 });
        Assert.True(SpinWait.SpinUntil(() => new FileInfo(path).Length > 0, TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_full_disk_has_no_room_for_is_written_later(bool ofRun)
    {
        string path = scratch.Path("full");
        int room = 20;
        void Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes, long position)
        {
            // Half a record is written, as a full disk does.
            RandomAccess.Write(handle, bytes[..Math.Min(bytes.Length, room)], position);
            if (bytes.Length > room)
                throw new IOException("No space left on device", 28);
        }

        using (RecordFile file = new(path, ofRun ? new RunLogFraming() : new EventFraming(), null, Never, 1000, Write))
        {
            for (int i = 1; i <= 3; i++)
            {
                file.Add(new Int32Value { Value = i });
                string message = Assert.Throws<IOException>(() =>
                {
                    file.Add(new StringValue { Value = "some text of a certain length" });
                    file.Flush();
                }).Message;
                Assert.Equal($"Cannot write {path}: No space left on device; free some space and save again.", message);
                Assert.Equal(0, file.Length);
            }

            room = int.MaxValue;
            file.Flush();
            Assert.Equal(new FileInfo(path).Length, file.Length);
        }

        byte[] bytes = File.ReadAllBytes(path);
        List<byte[]> records = ofRun ? Frames.OfRun(bytes) : Frames.OfEvents(bytes);
        Assert.Equal([1, 2, 3], records.Where((_, place) => place % 2 == 0).Select(record => Int32Value.Parser.ParseFrom(record).Value));
        Assert.Equal(6, records.Count);
    }

    [Fact]
    public void A_disk_that_stays_full_does_not_fill_the_memory()
    {
        string path = scratch.Path("stays");
        bool isFull = true;
        using (RecordFile file = new(path, new RunLogFraming(), null, Never, 1000, (handle, bytes, position) =>
        {
            if (isFull)
                throw new IOException("No space left on device", 28);
            RandomAccess.Write(handle, bytes, position);
        }))
        {
            for (int i = 0; i < 5; i++)
            {
                file.Add(new BytesValue { Value = Google.Protobuf.ByteString.CopyFrom(new byte[4 << 20]) });
                Assert.Throws<IOException>(file.Flush);
            }

            isFull = false;
            file.Add(new Int32Value { Value = 9 });
            file.Flush();
        }

        // The first four are lost, which were more than 16 MiB together; what comes later is a whole file.
        List<byte[]> records = Frames.OfRun(File.ReadAllBytes(path));
        Assert.Equal(2, records.Count);
        Assert.Equal(9, Int32Value.Parser.ParseFrom(records[1]).Value);
    }

    [Fact]
    public void A_file_that_is_there_is_not_written_over()
    {
        string path = scratch.Path("there");
        File.WriteAllText(path, "mine");
        Assert.StartsWith($"Cannot write {path}: ", Assert.Throws<IOException>(() => new RecordFile(path, new EventFraming(), null, Never, 10)).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(path));
    }

    [Fact]
    public void After_the_end_nothing_is_taken()
    {
        RecordFile file = new(scratch.Path("ended"), new EventFraming(), null, Never, 10);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Add(new Int32Value()));
        Assert.Throws<ObjectDisposedException>(file.Flush);
    }
}
