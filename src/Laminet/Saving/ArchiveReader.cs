using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Laminet.Saving;

/// <summary>
/// Reads the parts of a model file, as if it came from an enemy: nothing is extracted to disk, sizes are looked at before memory is
/// taken, every part is held to its checksum.
/// </summary>
internal sealed class ArchiveReader : IDisposable
{
    private const int MostEntries = 64;
    private const long MostTextBytes = 256 << 20;

    // No deflate stream grows by more than 1032; a larger claim is a lie.
    private const long MostExpansion = 1032;

    private readonly string path;
    private readonly FileStream file;
    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    public ArchiveReader(string path)
    {
        this.path = path;
        file = File.OpenRead(path);
        try
        {
            zip = Guarded("", () => new ZipArchive(file, ZipArchiveMode.Read));
            Guarded("", ListEntries);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public IEnumerable<string> Names => entries.Keys;

    /// <summary>Whether the file begins as zips do.</summary>
    public static bool IsArchive(string path)
    {
        using FileStream file = File.OpenRead(path);
        return file.ReadByte() == 'P' && file.ReadByte() == 'K';
    }

    public bool Has(string name) => entries.ContainsKey(name);

    /// <exception cref="InvalidDataException">There is no such part, it is damaged or too long.</exception>
    public JsonObject ReadJson(string name) => Read(name, (stream, length) =>
    {
        byte[] text = new byte[length];
        stream.ReadExactly(text);
        return JsonText.Read(text, Source(name));
    });

    /// <exception cref="InvalidDataException">There is no such part, or it is damaged.</exception>
    public SafeTensorsFile ReadTensors(string name, Action<SafeTensorsHeader>? check = null)
    {
        if (entries.TryGetValue(name, out ZipArchiveEntry? entry) && entry.CompressedLength != entry.Length)
            throw Wrong(name, "its tensors are compressed; expected them stored as they are. Save the model again with Laminet, or zip it without compression");
        return Read(name, (stream, length) => SafeTensors.Read(stream, length, Source(name), check));
    }

    /// <summary>What messages call a part.</summary>
    public string Source(string part) => part.Length == 0 ? path : $"{path}, {part}";

    public void Dispose()
    {
        zip.Dispose();
        file.Dispose();
    }

    private T Read<T>(string name, Func<Stream, long, T> read)
    {
        if (!entries.TryGetValue(name, out ZipArchiveEntry? entry))
            throw Wrong(name, "there is no such part");
        bool isText = name.EndsWith(".json", StringComparison.Ordinal);
        if (entry.CompressedLength > file.Length || entry.Length > entry.CompressedLength * MostExpansion || (isText && entry.Length > MostTextBytes))
            throw Wrong(name, $"it says it has {entry.Length} bytes, which is impossible or too much");
        return Guarded(name, () =>
        {
            using ChecksumStream stream = new(entry.Open());
            T content;
            try
            {
                content = read(stream, entry.Length);
            }
            // What looks like another model's file may be a damaged one.
            catch (InvalidDataException exception) when (ChecksumOfAll(stream, entry.Length) != entry.Crc32)
            {
                throw Damaged(exception);
            }

            return stream.Checksum == entry.Crc32 && stream.ReadByte() < 0 ? content : throw Damaged(null);
        });

        // No further than the entry says: it may be hostile.
        static uint ChecksumOfAll(ChecksumStream stream, long length)
        {
            byte[] buffer = new byte[1 << 16];
            for (long read = 0; read < length && stream.Read(buffer) is var count and > 0; read += count)
            {
            }

            return stream.Checksum;
        }

        InvalidDataException Damaged(Exception? inner) => Wrong(name, "its checksum is not that of its content", inner);
    }

    private bool ListEntries()
    {
        if (zip.Entries.Count > MostEntries)
            throw Wrong("", $"it has {zip.Entries.Count} parts; at most {MostEntries} are read");
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (!entries.TryAdd(entry.FullName, entry))
                throw Wrong(entry.FullName, "there are two parts of that name");
        }

        return true;
    }

    private T Guarded<T>(string part, Func<T> read) => Damage.Guard(Source(part), "This is not a whole Laminet file; get or save it again.", read);

    private InvalidDataException Wrong(string part, string found, Exception? inner = null) =>
        new($"{Source(part)}: {found}. This is not a whole Laminet file; get or save it again.", inner);
}
