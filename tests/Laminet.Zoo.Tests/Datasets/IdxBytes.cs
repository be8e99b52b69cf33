using System.Buffers.Binary;
using System.IO.Compression;

namespace Laminet.Zoo.Tests.Datasets;

/// <summary>Writes IDX files, right ones and wrong ones.</summary>
internal static class IdxBytes
{
    /// <summary>Header and content; neither needs to fit the other.</summary>
    public static byte[] Of(byte type, uint[] lengths, params byte[] content)
    {
        byte[] file = new byte[4 + (4 * lengths.Length) + content.Length];
        (file[2], file[3]) = (type, (byte)lengths.Length);
        for (int axis = 0; axis < lengths.Length; axis++)
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + (4 * axis)), lengths[axis]);
        content.CopyTo(file, 4 + (4 * lengths.Length));
        return file;
    }

    public static byte[] Gzip(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.SmallestSize))
            stream.Write(content);
        return packed.ToArray();
    }

    /// <summary>The four files of a tiny data set of 2 x 2 images.</summary>
    public static void WriteFolder(string folder, bool gzip, int train = 3, int test = 2)
    {
        Write("train-images-idx3-ubyte", Of(8, [(uint)train, 2, 2], [.. Enumerable.Range(0, train * 4).Select(i => (byte)i)]));
        Write("train-labels-idx1-ubyte", Of(8, [(uint)train], [.. Enumerable.Range(0, train).Select(i => (byte)(i % 10))]));
        Write("t10k-images-idx3-ubyte", Of(8, [(uint)test, 2, 2], new byte[test * 4]));
        Write("t10k-labels-idx1-ubyte", Of(8, [(uint)test], new byte[test]));

        void Write(string name, byte[] content) =>
            File.WriteAllBytes(Path.Combine(folder, gzip ? name + ".gz" : name), gzip ? Gzip(content) : content);
    }
}
