using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Laminet.Data;
using Laminet.Files;
using Laminet.Tensors;
using Microsoft.Win32.SafeHandles;

namespace Laminet.Vision.Datasets;

/// <summary>Examples of equal shapes that were made once: in memory, or one after another in a file behind a header.</summary>
internal static class ExampleCache
{
    private const int ProgressStep = 64;

    /// <summary>Reads all examples into memory, each by itself: one tensor for all might be longer than a tensor can be.</summary>
    public static Dataset InMemory(Dataset examples, IProgress<int>? progress)
    {
        return Dataset.From(Examples(examples, progress).ToArray(), Example);

        static (Bundle<Tensor>, Bundle<Tensor>?) Example(Batch one) => (one.Inputs.Map(tensor => tensor.At(0)), one.Targets?.Map(tensor => tensor.At(0)));
    }

    /// <summary>Reads examples from a file, which is made first where it is not there or holds others.</summary>
    public static Dataset InFile(Dataset examples, string path, byte[] key, IProgress<int>? progress)
    {
        int count = examples.Count!.Value;
        if (TryOpen(path, key, count) is { } found)
            return found;
        Write(examples, path, key, count, progress);
        return TryOpen(path, key, count) ?? throw new IOException($"The cache {path} was changed while it was made. Give each program its own file.");
    }

    private static void Write(Dataset examples, string path, byte[] key, int count, IProgress<int>? progress) => AtomicFile.Write(path, stream =>
    {
        bool hasHeader = false;
        foreach (Batch one in Examples(examples, progress))
        {
            if (!hasHeader)
                new CacheHeader(key, count, ExampleLayout.Of(one)).Write(stream);
            hasHeader = true;
            foreach (Tensor tensor in (IEnumerable<Tensor>)[.. one.Inputs, .. one.Targets ?? []])
                tensor.Write(stream);
        }
    });

    // Batches of one, since each is kept by itself.
    private static IEnumerable<Batch> Examples(Dataset examples, IProgress<int>? progress)
    {
        int done = 0, count = examples.Count!.Value;
        foreach (Batch one in examples.Batches())
        {
            yield return one;
            if (++done % ProgressStep == 0 || done == count)
                progress?.Report(done);
        }
    }

    private static Dataset? TryOpen(string path, byte[] key, int count)
    {
        if (!File.Exists(path))
            return null;
        // Open for as long as the data set lives: another program that makes the file anew renames its own over it.
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        CacheHeader? header = null;
        long start = 0;
        try
        {
            header = CacheHeader.TryParse(CacheHeader.Bytes(file), out start);
            if (header is null || header.Count != count || !header.Key.AsSpan().SequenceEqual(key) || RandomAccess.GetLength(file) != start + (header.Layout.Bytes * count))
                header = null;
        }
        finally
        {
            if (header is null)
                file.Dispose();
        }

        if (header is null)
            return null;

        ExampleLayout layout = header.Layout;
        return Dataset.From<int>([.. Enumerable.Range(0, count)], Example);

        (Bundle<Tensor>, Bundle<Tensor>?) Example(int index)
        {
            byte[] bytes = ArrayPool<byte>.Shared.Rent((int)layout.Bytes);
            try
            {
                long at = start + (layout.Bytes * index);
                for (int read = 0, part; read < layout.Bytes; read += part)
                {
                    part = RandomAccess.Read(file, bytes.AsSpan(read, (int)layout.Bytes - read), at + read);
                    if (part == 0)
                        throw new IOException($"The cache {path} became shorter while it was read. Delete it; it is made again.");
                }

                return layout.Read(new MemoryStream(bytes, 0, (int)layout.Bytes));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }
}

/// <summary>The tensors of an example: inputs, then targets.</summary>
internal sealed record ExampleLayout(IReadOnlyList<(string? Name, DType DType, int[] Dimensions)> Tensors, int Inputs, bool HasTargets)
{
    /// <summary>The bytes of an example.</summary>
    /// <exception cref="OverflowException">They are more than a file can hold.</exception>
    public long Bytes => Tensors.Sum(tensor => tensor.Dimensions.Aggregate((long)tensor.DType.Size(), (bytes, length) => checked(bytes * length)));

    /// <summary>The layout of the one example in a batch.</summary>
    public static ExampleLayout Of(Batch one) => new([.. Described(one.Inputs), .. Described(one.Targets ?? [])], one.Inputs.Count, one.Targets is not null);

    public (Bundle<Tensor> X, Bundle<Tensor>? Y) Read(Stream stream)
    {
        Tensor[] tensors = [.. Tensors.Select(tensor => Tensor.Read(stream, tensor.Dimensions, tensor.DType))];
        return (Bundled(tensors, 0, Inputs), HasTargets ? Bundled(tensors, Inputs, tensors.Length) : null);
    }

    private Bundle<Tensor> Bundled(Tensor[] tensors, int start, int end) => Bundle.Named(
        end > start && Tensors[start].Name is not null ? [.. Tensors.Skip(start).Take(end - start).Select(tensor => tensor.Name!)] : null, tensors[start..end]);

    private static IEnumerable<(string?, DType, int[])> Described(Bundle<Tensor> tensors) =>
        tensors.Select((tensor, place) => (tensors.Names?[place], tensor.DType, tensor.Shape.Dimensions[1..].ToArray()));
}

/// <summary>The beginning of a cache file: a mark, what it was made of, how many examples, their tensors, and a checksum of all that.</summary>
internal sealed record CacheHeader(byte[] Key, int Count, ExampleLayout Layout)
{
    private const int HashLength = 32, Most = 1 << 16;
    private const string Mark = "Laminet images 1";

    public void Write(Stream stream)
    {
        using MemoryStream header = new();
        using BinaryWriter writer = new(header, Encoding.UTF8);
        writer.Write(Mark);
        writer.Write(Key);
        writer.Write(Count);
        writer.Write(Layout.Inputs);
        writer.Write(Layout.HasTargets);
        writer.Write(Layout.Tensors.Count);
        foreach ((string? name, DType dtype, int[] dimensions) in Layout.Tensors)
        {
            writer.Write(name ?? "");
            writer.Write((int)dtype);
            writer.Write(dimensions.Length);
            foreach (int length in dimensions)
                writer.Write(length);
        }

        writer.Flush();
        byte[] bytes = header.ToArray();
        stream.Write(bytes);
        stream.Write(SHA256.HashData(bytes));
    }

    /// <summary>The bytes of a file that may be a header.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] Bytes(SafeFileHandle file)
    {
        byte[] bytes = new byte[Most];
        return bytes[..RandomAccess.Read(file, bytes, 0)];
    }

    /// <summary>Null where this is no such header. Nothing is read from a file here, so an exception can only mean that the bytes make no sense.</summary>
    public static CacheHeader? TryParse(byte[] bytes, out long start)
    {
        using MemoryStream stream = new(bytes);
        using BinaryReader reader = new(stream, Encoding.UTF8);
        start = 0;
        try
        {
            if (reader.ReadString() != Mark)
                return null;
            (byte[] key, int count, int inputs, bool hasTargets) = (reader.ReadBytes(HashLength), reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
            (string?, DType, int[])[] tensors = new (string?, DType, int[])[Bounded(reader.ReadInt32(), 64)];
            for (int i = 0; i < tensors.Length; i++)
                tensors[i] = (reader.ReadString() is { Length: > 0 } name ? name : null, Known((DType)reader.ReadInt32()), Dimensions(reader));
            int length = (int)stream.Position;
            bool isWhole = reader.ReadBytes(HashLength).AsSpan().SequenceEqual(SHA256.HashData(bytes.AsSpan(0, length)));
            start = stream.Position;
            ExampleLayout layout = new(tensors, inputs, hasTargets);
            return isWhole && inputs >= 1 && inputs <= tensors.Length && layout.Bytes is > 0 and <= int.MaxValue ? new CacheHeader(key, count, layout) : null;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static int[] Dimensions(BinaryReader reader)
    {
        int[] dimensions = new int[Bounded(reader.ReadInt32(), 8)];
        for (int axis = 0; axis < dimensions.Length; axis++)
            dimensions[axis] = Bounded(reader.ReadInt32(), 1 << 24);
        return dimensions;
    }

    private static int Bounded(int number, int most) => number >= 0 && number <= most ? number : throw new InvalidDataException();

    private static DType Known(DType dtype) => Enum.IsDefined(dtype) ? dtype : throw new InvalidDataException();
}
