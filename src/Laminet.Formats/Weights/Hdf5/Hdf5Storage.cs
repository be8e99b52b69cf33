using System.IO.Compression;
using Laminet.Formats.Weights.Bytes;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.Hdf5;

/// <summary>Where and how a dataset keeps its numbers: in its header, in one piece, or in chunks that filters have gone over.</summary>
internal sealed class Hdf5Storage(ByteSource source, string name)
{
    private const int Gzip = 1, Shuffle = 2, Checksum = 3;

    // No deflate stream grows by more.
    private const long MostExpansion = 1032;

    private readonly List<(int Id, int Parameter)> filters = [];
    private Kind kind;
    private byte[]? compact;
    private ulong address;
    private long[] chunk = [];

    private enum Kind
    {
        Compact,
        Contiguous,
        Chunked,
    }

    public delegate IEnumerable<(byte[] Key, ulong Address)> Index(ulong address, int kind, int keyBytes, string name);

    public long[]? Lengths { get; set; }

    public Hdf5Type? Type { get; set; }

    public void ReadLayout(Fields fields)
    {
        int version = fields.Byte(), layout = fields.Byte();
        if (version is not (3 or 4) || layout > 2 || (version == 4 && layout == 2))
        {
            throw source.Wrong($"the dataset '{name}' is laid out in form {layout} of version {version}, as files for the latest version of HDF5 or virtual datasets do, a feature that is not read. "
                + "Save it with libver='earliest', h5py's default");
        }

        kind = (Kind)layout;
        switch (kind)
        {
            case Kind.Compact:
                compact = fields.Bytes((long)fields.Number(2));
                break;
            case Kind.Contiguous:
                address = fields.Address();
                break;
            default:
                int axes = fields.Byte() - 1;
                address = fields.Address();
                chunk = [.. Enumerable.Range(0, Math.Max(0, axes)).Select(_ => (long)fields.Number(4))];
                if (chunk.Contains(0))
                    throw source.Wrong($"the dataset '{name}' has chunks of length 0");
                break;
        }
    }

    public void ReadFilters(Fields fields)
    {
        int version = fields.Byte(), count = fields.Byte();
        if (version == 1)
            fields.Skip(6);
        else if (version != 2)
            throw source.Wrong($"the filters of '{name}' are of version {version}; versions 1 and 2 are read");
        for (int i = 0; i < count; i++)
        {
            int id = (int)fields.Number(2), nameSize = version == 1 || id >= 256 ? (int)fields.Number(2) : 0;
            fields.Skip(2);
            int values = (int)fields.Number(2);
            fields.Skip(version == 1 ? (nameSize + 7) / 8 * 8 : nameSize);
            int first = values > 0 ? (int)fields.Number(4) : 0;
            fields.Skip((4 * Math.Max(0, values - 1)) + (version == 1 && values % 2 == 1 ? 4 : 0));
            filters.Add((id, first));
        }
    }

    public Hdf5Dataset ToDataset(string dataset, IReadOnlyDictionary<string, Hdf5Attribute> attributes, Index index)
    {
        if (Type is not { } type || Lengths is not { } lengths)
            throw source.Wrong($"the dataset '{name}' has no type or no shape");
        // Keras writes bfloat16 as two bytes without a meaning and says so beside them.
        DType? dtype = type.DType ?? (type is { IsOpaque: true, Size: 2 } && attributes.GetValueOrDefault("dtype")?.Texts?.Invoke() is ["bfloat16"] ? DType.BFloat16 : null);
        if (dtype is not { } known)
            return new Hdf5Dataset(dataset, attributes, null, () => []);
        TensorSpec spec = TensorBytes.Spec(source, name, lengths, known);
        if (spec.Count() > source.Length * (kind == Kind.Chunked ? MostExpansion : 1))
            throw source.Wrong($"the dataset '{name}', {spec}, takes {spec.Count()} bytes, more than the file can hold");
        return new Hdf5Dataset(dataset, attributes, spec, () => Bytes(spec, type, index));
    }

    private byte[] Bytes(TensorSpec spec, Hdf5Type type, Index index)
    {
        long count = spec.Count();
        if (filters.Find(filter => filter.Id is not (Gzip or Shuffle or Checksum)).Id is > 0 and int other)
            throw source.Wrong($"the dataset '{name}' went through the filter {other}{(other == 32000 ? " (LZF)" : "")}; gzip, shuffle and fletcher32 are read. Save it with gzip or without compression");
        byte[] bytes = count == 0 ? [] : kind switch
        {
            Kind.Compact => compact!.Length >= count ? compact[..(int)count] : throw source.Wrong($"the dataset '{name}', {spec}, has {compact.Length} bytes; expected {count}"),
            Kind.Contiguous => source.Read(address <= (ulong)source.Length ? (long)address : throw source.Wrong($"the numbers of '{name}' were never written, or are at byte {address}"), count),
            _ => Chunks(spec, index),
        };
        if (type.IsBigEndian)
            TensorBytes.Swap(bytes, type.Size);
        return bytes;
    }

    private byte[] Chunks(TensorSpec spec, Index index)
    {
        int rank = spec.Shape.Rank, size = spec.DType.Size();
        if (chunk.Length != rank)
            throw source.Wrong($"the dataset '{name}', {spec}, has chunks of {chunk.Length} axes");
        long chunkBytes = size, expected = 1;
        foreach ((int length, long of) in spec.Shape.Zip(chunk))
        {
            chunkBytes = chunkBytes > Array.MaxLength / of ? throw source.Wrong($"the dataset '{name}' has chunks of more than {Array.MaxLength} bytes") : chunkBytes * of;
            expected *= (length + of - 1) / of;
        }

        byte[] bytes = new byte[spec.Count()];
        HashSet<string> seen = [];
        Hdf5Budget budget = new(source);
        foreach ((byte[] key, ulong at) in index(address, 1, 8 + (8 * (rank + 1)), name))
        {
            Fields fields = new(source, key, $"a chunk of '{name}'");
            long stored = (long)fields.Number(4);
            uint left = (uint)fields.Number(4);
            long[] start = [.. Enumerable.Range(0, rank).Select(_ => (long)Math.Min(fields.Address(), long.MaxValue))];
            if (!seen.Add(string.Join(',', start)) || start.Where((from, axis) => from >= spec.Shape[axis] || from % chunk[axis] != 0).Any())
                throw source.Wrong($"the dataset '{name}' has a chunk at [{string.Join(", ", start)}] twice or outside of {spec.Shape}");
            if (at > (ulong)source.Length || chunkBytes > (filters.Exists(filter => filter.Id == Gzip) ? MostExpansion : 1) * stored)
                throw source.Wrong($"a chunk of '{name}' of {chunkBytes} bytes is kept in {stored} bytes at byte {at}, which is impossible");
            // Chunks that lie over each other would be read again and again.
            budget.Spend(stored, name);
            byte[] numbers = Unfiltered(source.Read((long)at, stored), left, (int)chunkBytes);
            Place(numbers, bytes, start, spec, size);
        }

        return seen.Count == expected ? bytes : throw source.Wrong($"the dataset '{name}', {spec}, has {seen.Count} chunks; expected {expected}");
    }

    // The writer applied the filters in order, so the last one is undone first. A bit of the mask says that a filter was left out.
    private byte[] Unfiltered(byte[] bytes, uint leftOut, int length)
    {
        for (int i = filters.Count - 1; i >= 0; i--)
        {
            if (i < 32 && (leftOut & (1u << i)) != 0)
                continue;
            bytes = filters[i].Id switch
            {
                Gzip => Inflated(bytes, length + 4),
                Shuffle => Unshuffled(bytes, filters[i].Parameter),
                _ => bytes.Length >= 4 ? bytes[..^4] : throw source.Wrong($"a chunk of '{name}' is cut short"),
            };
        }

        return bytes.Length == length ? bytes : throw source.Wrong($"a chunk of '{name}' has {bytes.Length} bytes; expected {length}");
    }

    private static byte[] Inflated(byte[] bytes, int most)
    {
        using ZLibStream stream = new(new MemoryStream(bytes), CompressionMode.Decompress);
        byte[] inflated = new byte[most];
        int count = stream.ReadAtLeast(inflated, most, throwOnEndOfStream: false);
        return inflated[..count];
    }

    // All first bytes, then all second ones: in the other direction.
    private static byte[] Unshuffled(byte[] bytes, int size)
    {
        if (size <= 1)
            return bytes;
        byte[] result = new byte[bytes.Length];
        int count = bytes.Length / size;
        for (int part = 0; part < size; part++)
        {
            for (int i = 0; i < count; i++)
                result[(i * size) + part] = bytes[(part * count) + i];
        }

        bytes.AsSpan(count * size).CopyTo(result.AsSpan(count * size));
        return result;
    }

    // Copies rows of a chunk; its part beyond the edge of the dataset is filling.
    private void Place(byte[] numbers, byte[] bytes, long[] start, TensorSpec spec, int size)
    {
        int rank = spec.Shape.Rank;
        if (rank == 0)
        {
            numbers.CopyTo(bytes, 0);
            return;
        }

        long[] at = new long[rank];
        int row = (int)Math.Min(chunk[^1], spec.Shape[^1] - start[^1]) * size;
        while (true)
        {
            long from = 0, to = 0;
            for (int axis = 0; axis < rank; axis++)
            {
                from = (from * chunk[axis]) + at[axis];
                to = (to * spec.Shape[axis]) + start[axis] + at[axis];
            }

            numbers.AsSpan((int)(from * size), row).CopyTo(bytes.AsSpan((int)(to * size)));
            int next = rank - 2;
            while (next >= 0 && ++at[next] >= Math.Min(chunk[next], spec.Shape[next] - start[next]))
                at[next--] = 0;
            if (next < 0)
                return;
        }
    }
}
