using System.Buffers.Binary;
using System.Text.Json;
using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>
/// The header of a safetensors file, held to every rule of the format before a number is read: the tensors' bytes cover the rest of
/// the file exactly, without holes, overlaps or a size that is not shape times type.
/// </summary>
internal sealed class SafeTensorsHeader
{
    public const string MetadataName = "__metadata__";

    // The reference implementation's limit.
    private const long MostBytes = 100_000_000;

    private readonly string source;
    private readonly Dictionary<string, string> metadata = [];
    private readonly List<SafeTensorsEntry> entries = [];

    private SafeTensorsHeader(string source) => this.source = source;

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries => entries;

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    public IEnumerable<KeyValuePair<string, TensorSpec>> Specs => entries.Select(entry => KeyValuePair.Create(entry.Name, entry.Spec));

    public static SafeTensorsHeader Read(Stream stream, long length, string source)
    {
        SafeTensorsHeader header = new(source);
        try
        {
            header.Read(stream, length);
        }
        catch (Exception exception) when (exception is JsonException or EndOfStreamException or InvalidOperationException)
        {
            throw header.Wrong($"its header is not JSON of that form ({exception.Message.TrimEnd('.')})", exception);
        }

        return header;
    }

    private void Read(Stream stream, long length)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (length < prefix.Length)
            throw Wrong($"it has {length} bytes, fewer than the 8 that tell the header's length");
        stream.ReadExactly(prefix);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        ulong room = (ulong)Math.Min(MostBytes, length - prefix.Length);
        if (size > room)
            throw Wrong($"it says that its header has {size} bytes; at most {room} are possible");
        byte[] text = new byte[size];
        stream.ReadExactly(text);
        // The format wants the brace first, though JSON allows spaces before it.
        if (text.Length == 0 || text[0] != (byte)'{')
            throw Wrong("its header does not begin with '{'");
        using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (property.Name == MetadataName)
                ReadMetadata(property.Value);
            else
                entries.Add(ReadEntry(property.Name, property.Value));
        }

        CheckPlaces(length - prefix.Length - (long)size);
    }

    private void ReadMetadata(JsonElement element)
    {
        foreach (JsonProperty property in Object(element, MetadataName).EnumerateObject())
        {
            metadata.Add(property.Name, property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw Wrong($"the text '{property.Name}' beside the tensors is not a string"));
        }
    }

    private SafeTensorsEntry ReadEntry(string name, JsonElement element)
    {
        Object(element, name);
        if (!element.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String)
            throw Wrong($"the tensor '{name}' has no dtype");
        string typeName = dtype.GetString()!;
        if (!SafeTensorsTypes.TryFind(typeName, out DType type))
            throw Wrong($"the tensor '{name}' has the dtype '{typeName}'; known are {string.Join(", ", SafeTensorsTypes.Names)}");
        long[] lengths = Numbers(element, name, "shape");
        Shape shape;
        int elements;
        try
        {
            shape = new Shape([.. lengths.Select(length => checked((int)length))]);
            elements = shape.ElementCount;
        }
        catch (Exception exception) when (exception is ShapeException or OverflowException)
        {
            throw Wrong($"the tensor '{name}' has a shape of [{string.Join(", ", lengths.Take(16))}], more than a tensor can hold ({exception.Message.TrimEnd('.')})", exception);
        }

        long[] offsets = Numbers(element, name, "data_offsets");
        if (offsets.Length != 2)
            throw Wrong($"the tensor '{name}' has {offsets.Length} data_offsets; expected begin and end");
        long bytes = (long)elements * type.Size();
        if (offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes)
            throw Wrong($"the tensor '{name}' lies at bytes {offsets[0]} to {offsets[1]}; {typeName} {shape} takes {bytes} bytes");
        return new SafeTensorsEntry(name, new TensorSpec(shape, type), offsets[0], offsets[1]);
    }

    private void CheckPlaces(long dataBytes)
    {
        entries.Sort((left, right) => (left.Begin, left.End).CompareTo((right.Begin, right.End)));
        long place = 0;
        foreach (SafeTensorsEntry entry in entries)
        {
            if (entry.Begin != place)
                throw Wrong($"the tensor '{entry.Name}' begins at byte {entry.Begin} where {place} was expected: tensors overlap or leave a hole");
            place = entry.End;
        }

        if (place != dataBytes)
            throw Wrong($"its tensors take {place} bytes but {dataBytes} follow the header" + (place > dataBytes ? ": the end is missing" : ""));
    }

    private long[] Numbers(JsonElement element, string name, string property)
    {
        if (!element.TryGetProperty(property, out JsonElement array) || array.ValueKind != JsonValueKind.Array)
            throw Wrong($"the tensor '{name}' has no list '{property}'");
        return [.. array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long number) && number >= 0
            ? number
            : throw Wrong($"the tensor '{name}' has {item.GetRawText()} in '{property}'; expected whole numbers, 0 or more"))];
    }

    private JsonElement Object(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object ? element : throw Wrong($"the entry '{name}' is not an object");

    private InvalidDataException Wrong(string found, Exception? inner = null) =>
        new($"{source} is not a whole safetensors file: {found}. It is damaged, cut short or of another format; get or save it again.", inner);
}
