using System.IO.Compression;
using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>Writes the parts of a model file: a zip whose entries are stored as they are, so that tensors are read straight from it.</summary>
internal sealed class ArchiveWriter(Stream stream) : IDisposable
{
    // The same model gives the same bytes, whenever it is saved.
    private static readonly DateTimeOffset Date = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);

    public void Write(string name, JsonObject json) => Write(name, entry => JsonText.Write(entry, json));

    public void Write(string name, IReadOnlyDictionary<string, Tensor> tensors) => Write(name, entry => SafeTensors.Write(entry, tensors));

    public void Dispose() => zip.Dispose();

    private void Write(string name, Action<Stream> write)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Date;
        using Stream content = entry.Open();
        write(content);
    }
}
