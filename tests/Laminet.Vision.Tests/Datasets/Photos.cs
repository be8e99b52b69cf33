using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Datasets;

/// <summary>Folders of small images for tests. The first pixel of each tells which it is.</summary>
internal static class Photos
{
    public const int Size = 4;

    public static readonly ImageReading Reading = new() { Size = (Size, Size) };

    /// <summary>An image whose pixels all have one value.</summary>
    public static void Write(TemporaryFolder folder, string name, byte value, int height = Size, int width = Size) =>
        Image.Write(folder.Of(name.Split('/')), Tensor.Full([height, width, 3], value, DType.UInt8));

    /// <summary>Ten images 0 to 9 in two classes: a has 0 to 5, b 6 to 9.</summary>
    public static TemporaryFolder Ten()
    {
        TemporaryFolder folder = new();
        for (int i = 0; i < 10; i++)
            Write(folder, $"{(i < 6 ? "a" : "b")}/{i}.png", (byte)i);
        return folder;
    }

    /// <summary>Cuts a PNG file off in its pixels.</summary>
    public static void Damage(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.AsSpan().IndexOf("IDAT"u8) + 7)]);
    }

    /// <summary>Which images a batch holds.</summary>
    public static int[] Values(Laminet.Data.Batch batch) => [.. Enumerable.Range(0, batch.Count).Select(i => (int)batch.X.At(i).ToArray<byte>()[0])];
}
