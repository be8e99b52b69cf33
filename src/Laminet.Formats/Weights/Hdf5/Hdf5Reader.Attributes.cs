using System.Text;

namespace Laminet.Formats.Weights.Hdf5;

/// <content>Attributes: those that are texts are kept, as Keras's names of layers and weights.</content>
internal sealed partial class Hdf5Reader
{
    private void ReadAttribute(Fields fields, string owner, Dictionary<string, Hdf5Attribute> attributes)
    {
        int version = fields.Byte(), flags = fields.Byte();
        int nameSize = (int)fields.Number(2), typeSize = (int)fields.Number(2), spaceSize = (int)fields.Number(2);
        if (version is < 1 or > 3)
            throw Wrong($"an attribute of '{owner}' is of version {version}; versions 1 to 3 are read");
        if (version == 3)
            fields.Skip(1);
        string name = Encoding.UTF8.GetString(Padded(nameSize)).TrimEnd('\0');
        byte[] typeBytes = Padded(typeSize), space = Padded(spaceSize);
        // A type or shape that is kept elsewhere.
        if (version > 1 && (flags & 3) != 0)
            return;
        Hdf5Type type = Hdf5Type.Read(typeBytes);
        long count = 1;
        foreach (long length in Lengths(new Fields(source, space, $"the attribute '{name}' of '{owner}'")) ?? [])
            count = length == 0 ? 0 : count > source.Length ? throw Wrong($"the attribute '{name}' of '{owner}' is longer than the file") : count * length;
        byte[] data = fields.Bytes(fields.Left);
        attributes[name] = new Hdf5Attribute(type.Text == Hdf5Text.None ? null : () => Texts(data, type, count, $"the attribute '{name}' of '{owner}'"));

        // Version 1 fills up to a multiple of eight.
        byte[] Padded(int size)
        {
            byte[] bytes = fields.Bytes(size);
            fields.Skip(version == 1 ? (8 - (size % 8)) % 8 : 0);
            return bytes;
        }
    }

    private List<string> Texts(byte[] data, Hdf5Type type, long count, string what)
    {
        int size = type.Text == Hdf5Text.Variable ? 16 : type.Size;
        if (count > data.Length / size)
            throw Wrong($"{what} has {count} texts of {size} bytes in {data.Length} bytes");
        List<string> texts = [];
        Dictionary<ulong, Dictionary<uint, byte[]>> heaps = [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> element = data.AsSpan(i * size, size);
            if (type.Text == Hdf5Text.Variable)
            {
                Fields reference = new(source, element.ToArray(), what);
                int length = (int)reference.Number(4);
                ulong heap = reference.Address();
                uint index = (uint)reference.Number(4);
                if (length == 0)
                {
                    texts.Add("");
                    continue;
                }

                if (!heaps.TryGetValue(heap, out Dictionary<uint, byte[]>? held))
                    heaps[heap] = held = Heap(heap, what);
                if (!held.TryGetValue(index, out byte[]? bytes) || length < 0 || length > bytes.Length)
                    throw Wrong($"{what} has a text that is not in the heap at byte {heap}");
                element = bytes.AsSpan(0, length);
            }

            if ((textBytes += element.Length) > 64 * source.Length)
                throw Wrong($"{what} repeats its texts too often");
            int end = element.IndexOf((byte)0);
            texts.Add(Encoding.UTF8.GetString(end < 0 ? element : element[..end]));
        }

        return texts;
    }

    // A global heap collection: numbered objects.
    private Dictionary<uint, byte[]> Heap(ulong address, string what)
    {
        Fields head = At(Place(address), 16, what);
        if (!head.TryTake("GCOL"u8))
            throw Wrong($"{what} points at byte {address}, where no heap is");
        head.Skip(4);
        long size = (long)Math.Min(head.Address(), long.MaxValue);
        // Honest texts share heaps. A hostile file has one heap read again and again, to keep the program busy.
        if (size > source.Length || (textBytes += size) > 64 * source.Length)
            throw Wrong($"{what} has a heap of {size} bytes, longer than the file, or reads heaps too often");
        Fields fields = At(Place(address) + 16, Math.Max(0, size - 16), what);
        Dictionary<uint, byte[]> objects = [];
        while (fields.Left >= 16)
        {
            uint index = (uint)fields.Number(2);
            fields.Skip(6);
            ulong length = fields.Address();
            // Number 0 is the free space at the end.
            if (index == 0)
                break;
            if (length > (ulong)fields.Left)
                throw Wrong($"{what} has a text of {length} bytes in a heap with {fields.Left} left");
            objects[index] = fields.Bytes((long)length);
            fields.Skip((int)Math.Min((8 - ((long)length % 8)) % 8, fields.Left));
        }

        return objects;
    }
}
