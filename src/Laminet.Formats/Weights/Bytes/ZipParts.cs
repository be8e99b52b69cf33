using System.IO.Compression;
using Laminet.Saving;

namespace Laminet.Formats.Weights.Bytes;

/// <summary>
/// Reads the parts of a zip file as if it came from an enemy: nothing is extracted to disk, sizes are looked at before memory is taken, and a part that is read
/// as a whole is held to its checksum.
/// </summary>
internal sealed class ZipParts : IDisposable
{
    private const int MostEntries = 100_000;

    // No deflate stream grows by more than 1032; a larger claim is a lie.
    private const long MostExpansion = 1032;

    private readonly ByteSource source;
    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
    private readonly Lock reading = new();

    /// <summary>Lists the parts. The stream is closed with this object, or at once if it is no zip file that can be read.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or its sizes are impossible.</exception>
    public ZipParts(ByteSource source, Stream stream)
    {
        this.source = source;
        try
        {
            // Where it fails, the archive leaves the stream open.
            zip = new ZipArchive(stream, ZipArchiveMode.Read);
            if (zip.Entries.Count > MostEntries)
                throw source.Wrong($"it has {zip.Entries.Count} parts; at most {MostEntries} are read");
            long compressed = 0;
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                if (!entries.TryAdd(entry.FullName, entry))
                    throw source.Wrong($"it has two parts of the name '{entry.FullName}'");
                compressed = checked(compressed + Math.Max(0, entry.CompressedLength));
                if (entry.CompressedLength < 0 || entry.Length < 0 || entry.Length > entry.CompressedLength * MostExpansion)
                    throw source.Wrong($"the part '{entry.FullName}' says it has {entry.Length} bytes in {entry.CompressedLength}, which is impossible");
            }

            // Parts that lie over each other are how small files become endless ones.
            if (compressed > source.Length)
                throw source.Wrong($"its parts take {compressed} bytes, and it has {source.Length}: parts overlap");
        }
        catch
        {
            zip?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The names of the parts, in the file's order.</summary>
    public IEnumerable<string> Names => zip.Entries.Select(entry => entry.FullName);

    public bool Has(string name) => entries.ContainsKey(name);

    /// <summary>How many bytes a part has.</summary>
    public long LengthOf(string name) => Entry(name).Length;

    /// <summary>Whether a part is stored as it is.</summary>
    public bool IsStored(string name) => Entry(name) is var entry && entry.Length == entry.CompressedLength;

    /// <summary>What messages call a part.</summary>
    public string Source(string name) => $"{source.Name}, {name}";

    /// <summary>All bytes of a part.</summary>
    /// <param name="name">The part.</param>
    /// <param name="most">How many bytes it may have.</param>
    public byte[] Read(string name, long most)
    {
        long length = LengthOf(name);
        if (length > Math.Min(most, Array.MaxLength))
            throw source.Wrong($"the part '{name}' says it has {length} bytes; at most {most} are read");
        byte[] bytes = new byte[length];
        Read(name, 0, length, stream => stream.ReadExactly(bytes));
        return bytes;
    }

    /// <summary>Reads a piece of a part.</summary>
    public void Read(string name, long offset, long count, Action<Stream> read)
    {
        using Lock.Scope scope = reading.EnterScope();
        ZipArchiveEntry entry = Entry(name);
        if (offset < 0 || count < 0 || offset > entry.Length - count)
            throw source.Wrong($"{count} bytes at place {offset} of the part '{name}' are wanted, but it has {entry.Length}");
        using ChecksumStream stream = new(entry.Open());
        Skip(stream, offset);
        read(stream);
        if (offset == 0 && count == entry.Length && stream.Checksum != entry.Crc32)
            throw source.Wrong($"the checksum of the part '{name}' is not that of its content");
    }

    public void Dispose() => zip.Dispose();

    private ZipArchiveEntry Entry(string name) => entries.TryGetValue(name, out ZipArchiveEntry? entry) ? entry : throw source.Wrong($"it has no part '{name}'");

    private static void Skip(Stream stream, long count)
    {
        byte[] buffer = new byte[Math.Min(count, 1 << 16)];
        while (count > 0)
        {
            int length = (int)Math.Min(count, buffer.Length);
            stream.ReadExactly(buffer, 0, length);
            count -= length;
        }
    }
}
