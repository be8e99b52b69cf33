using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class IdxReaderTests
{
    [Fact]
    public void Reads_bytes_plain_and_gzipped_whatever_the_name()
    {
        byte[] file = IdxBytes.Of(8, [2, 3], 1, 2, 3, 4, 5, 255);
        foreach (byte[] content in new[] { file, IdxBytes.Gzip(file) })
        {
            Tensor tensor = Read(content);
            Assert.Equal(new TensorSpec([2, 3], DType.UInt8), tensor.Spec);
            Assert.Equal<byte>([1, 2, 3, 4, 5, 255], tensor.ToArray<byte>());
        }
    }

    [Fact]
    public void Reads_big_endian_numbers()
    {
        Assert.Equal([1, -2], Read(IdxBytes.Of(0x0C, [2], 0, 0, 0, 1, 255, 255, 255, 254)).ToArray<int>());
        Assert.Equal([1f, -2f], Read(IdxBytes.Of(0x0D, [2], 0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0)).ToArray<float>());
        Assert.Equal([1.0], Read(IdxBytes.Of(0x0E, [1], 0x3F, 0xF0, 0, 0, 0, 0, 0, 0)).ToArray<double>());
    }

    public static TheoryData<string, byte[], string> Hostile
    {
        get
        {
            byte[] sound = IdxBytes.Of(8, [2, 2], 1, 2, 3, 4);
            byte[] damaged = IdxBytes.Gzip(IdxBytes.Of(8, [400], [.. Enumerable.Range(0, 400).Select(i => (byte)(i * 7919 >> 3))]));
            damaged[damaged.Length / 2] ^= 0x55;
            byte[] wrongSum = IdxBytes.Gzip(sound);
            wrongSum[^6] ^= 1;
            return new()
            {
                { "empty", [], "fewer bytes than the header declares; the file is cut short" },
                { "one byte", [0], "fewer bytes than the header declares" },
                { "a web page", "<html><body>404</body></html>"u8.ToArray(), "received the first bytes 3C 68; an IDX file begins with 00 00" },
                { "signed bytes", IdxBytes.Of(9, [1], 0), "received the type code 0x09; expected 0x08 (bytes)" },
                { "no axes", IdxBytes.Of(8, [], 1), "received 0 axes; expected 1 to 4" },
                { "five axes", IdxBytes.Of(8, [1, 1, 1, 1, 1], 1), "received 5 axes; expected 1 to 4" },
                { "255 axes", [0, 0, 8, 255, 0, 0, 0, 1], "received 255 axes; expected 1 to 4" },
                { "header cut", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0], "fewer bytes than the header declares" },
                { "empty axis", IdxBytes.Of(8, [0, 28, 28]), "received length 0 for axis 0; the file declares no numbers" },
                { "huge", IdxBytes.Of(8, [uint.MaxValue, 28, 28]), "declares at least 4,294,967,295 bytes; the limit is 1,073,741,824" },
                { "product overflows 64 bits", IdxBytes.Of(8, [uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue]), "the limit is 1,073,741,824" },
                { "product wraps to zero", IdxBytes.Of(8, [65536, 65536, 65536, 65536]), "declares at least 4,294,967,296 bytes" },
                { "numbers cut", IdxBytes.Of(8, [1000, 1000], 1, 2, 3), "too few bytes for the 1,000,012 that its header declares for the shape (1000, 1000)" },
                { "trailing bytes", [.. sound, 9, 9], "received 2 or more bytes after the numbers of the shape (2, 2)" },
                { "gzip: trailing bytes", IdxBytes.Gzip([.. sound, 9]), "received 1 or more bytes after the numbers" },
                { "gzip: a bomb behind a small header", IdxBytes.Gzip([.. sound, .. new byte[1 << 20]]), "bytes after the numbers of the shape (2, 2)" },
                { "gzip: a small file that declares much", IdxBytes.Gzip(IdxBytes.Of(8, [1 << 30], 1)), "too few bytes for the 1,073,741,832" },
                { "gzip: numbers cut", IdxBytes.Gzip(IdxBytes.Of(8, [100], 1)), "fewer bytes than the header declares" },
                { "gzip: stream cut", IdxBytes.Gzip(sound)[..^12], "some file" },
                { "gzip: header only", [0x1F, 0x8B], "some file" },
                { "gzip: damaged", damaged, "the gzip stream is damaged" },
                { "gzip: wrong checksum", wrongSum, "the gzip stream is damaged" },
            };
        }
    }

    [Theory, MemberData(nameof(Hostile))]
    public void A_wrong_file_is_refused_and_told(string what, byte[] content, string message)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Read(content));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20, what);
        Assert.StartsWith("some file: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_can_be_moved()
    {
        byte[] file = IdxBytes.Of(0x0C, [2], 0, 0, 0, 1, 0, 0, 0, 2);
        Assert.Equal(2, Read(file, byteLimit: 8).Length);
        Assert.Contains("at least 8 bytes; the limit is 7", Assert.Throws<InvalidDataException>(() => Read(file, byteLimit: 7)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_damage_never_does_worse_than_InvalidData()
    {
        byte[] file = IdxBytes.Of(8, [3, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), packed = IdxBytes.Gzip(file);
        Random random = new(1);
        for (int i = 0; i < 4000; i++)
        {
            byte[] broken = [.. i % 2 == 0 ? file : packed];
            for (int change = 0; change <= i % 3; change++)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            try
            {
                Read(broken[..random.Next(broken.Length / 2, broken.Length + 1)], byteLimit: 1 << 20);
            }
            catch (InvalidDataException)
            {
                // Refused: that is the only thing that may go wrong.
            }
        }
    }

    [Fact]
    public void A_path_is_named_in_the_message()
    {
        using TemporaryFolder folder = new();
        string path = folder["broken.gz"];
        File.WriteAllBytes(path, [1, 2, 3, 4]);
        Assert.StartsWith(path + ": received the first bytes 01 02;", Assert.Throws<InvalidDataException>(() => IdxReader.Read(path)).Message, StringComparison.Ordinal);
    }

    private static Tensor Read(byte[] content, int byteLimit = IdxReader.DefaultByteLimit)
    {
        using MemoryStream stream = new(content);
        return IdxReader.Read(stream, "some file", byteLimit);
    }
}
