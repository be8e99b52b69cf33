using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Laminet.Files;
using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>
/// Tensors by name in the safetensors format (https://github.com/huggingface/safetensors), which Python's libraries read and write:
/// eight bytes with the header's length, a JSON header with type, shape and place of each tensor, then the numbers. Nothing in such
/// a file is code. Files are read as if they came from an enemy.
/// </summary>
public static class SafeTensors
{
    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Texts to store beside them.</param>
    /// <exception cref="IOException">It cannot be written; an older file stays as it was.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes to a stream.</summary>
    public static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        // Larger elements first, as the reference implementation does: each tensor then starts at a multiple of its element's size.
        KeyValuePair<string, Tensor>[] order =
            [.. tensors.OrderByDescending(pair => pair.Value.DType.Size()).ThenBy(pair => pair.Key, StringComparer.Ordinal)];
        byte[] header = Header(order, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((_, Tensor tensor) in order)
            tensor.Write(stream);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is not of that format; the message says where and how.</exception>
    public static SafeTensorsFile Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, stream.Length, path);
    }

    /// <summary>Reads from a stream of known length, front to back.</summary>
    /// <param name="stream">At the first byte.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="check">Looks at the header, and may throw, before memory is taken for the numbers.</param>
    internal static SafeTensorsFile Read(Stream stream, long length, string source, Action<SafeTensorsHeader>? check = null)
    {
        SafeTensorsHeader header = SafeTensorsHeader.Read(stream, length, source);
        check?.Invoke(header);
        Dictionary<string, Tensor> tensors = [];
        // There are no holes, so that one pass in the order of places reads each byte once.
        foreach (SafeTensorsEntry entry in header.Entries)
            tensors.Add(entry.Name, entry.Read(stream, source));
        return new SafeTensorsFile(tensors, header.Metadata);
    }

    private static byte[] Header(IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafeTensorsHeader.MetadataName);
                foreach ((string name, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(name, value);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach ((string name, Tensor tensor) in tensors)
            {
                if (name == SafeTensorsHeader.MetadataName)
                    throw new ArgumentException($"A tensor cannot be named '{name}': the format keeps that name for its texts. Rename it.", nameof(tensors));
                long end = offset + ((long)tensor.Length * tensor.DType.Size());
                WriteEntry(json, name, tensor, offset, end);
                offset = end;
            }

            json.WriteEndObject();
        }

        // Spaces at the end, so that the numbers start at a multiple of eight bytes.
        text.Write(Encoding.ASCII.GetBytes(new string(' ', (int)((8 - (text.Length % 8)) % 8))));
        return text.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, Tensor tensor, long begin, long end)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", tensor.DType.NameInFiles());
        json.WriteStartArray("shape");
        foreach (int axisLength in tensor.Shape)
            json.WriteNumberValue(axisLength);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
