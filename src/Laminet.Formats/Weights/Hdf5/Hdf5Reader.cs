using System.Text;
using Laminet.Formats.Weights.Bytes;

namespace Laminet.Formats.Weights.Hdf5;

/// <summary>
/// Reads HDF5 as h5py and Keras write it: groups as symbol tables or compact links, attributes in object headers, numbers in one piece or in chunks with gzip,
/// shuffle and checksum. (HDF5 File Format Specification, version 3.) Other features are refused by name. Every address, size and count of the file is held to
/// its length, and the work to a budget, so that a hostile file ends in an error; links to other files are never followed.
/// </summary>
internal sealed partial class Hdf5Reader
{
    private const ulong Undefined = ulong.MaxValue;
    private const int MostDepth = 64, MostObjects = 200_000, MostNameRepeats = 4;

    private readonly ByteSource source;
    private readonly List<string> notes = [];
    private readonly Hdf5Budget groups;
    private int objects;
    private long headerBytes, nameBytes, textBytes;

    private Hdf5Reader(ByteSource source) => (this.source, groups) = (source, new Hdf5Budget(source));

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads all groups, and what there is to know of the datasets.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or uses a feature that is not read.</exception>
    public static (Hdf5Group Root, IReadOnlyList<string> Notes) Read(ByteSource source)
    {
        Hdf5Reader reader = new(source);
        return ((Hdf5Group)reader.Object("", reader.RootAddress(), []), reader.notes);
    }

    private ulong RootAddress()
    {
        Fields start = At(0, 16, "the beginning of the file");
        start.Skip(8);
        int version = start.Byte();
        if (version is 0 or 1)
        {
            start.Skip(4);
            RequireSizes(start.Byte(), start.Byte());
            // Version 1 has four bytes more. Then base, free space, end, driver, and the root's entry: name, header.
            Fields rest = At(version == 0 ? 24 : 28, 48, "the superblock");
            RequireBase(rest.Address());
            rest.Skip(32);
            return rest.Address();
        }

        if (version is 2 or 3)
        {
            RequireSizes(start.Byte(), start.Byte());
            Fields rest = At(12, 32, "the superblock");
            RequireBase(rest.Address());
            rest.Skip(16);
            return rest.Address();
        }

        throw Wrong($"its superblock is of version {version}; versions 0 to 3 are read");
    }

    private void RequireSizes(int offsets, int lengths)
    {
        if (offsets != 8 || lengths != 8)
            throw Wrong($"its addresses have {offsets} and its lengths {lengths} bytes; expected 8");
    }

    private void RequireBase(ulong address)
    {
        if (address != 0)
            throw Wrong($"its content begins at byte {address}, after a block of another program; expected 0");
    }

    private Hdf5Object Object(string name, ulong address, HashSet<ulong> around)
    {
        if (around.Count >= MostDepth)
            throw Wrong($"its groups are nested deeper than {MostDepth}");
        if (!around.Add(address))
            throw Wrong($"the group '{name}' contains itself");
        Dictionary<string, Hdf5Attribute> attributes = new(StringComparer.Ordinal);
        List<Hdf5Object> children = [];
        Hdf5Storage storage = new(source, name);
        bool isDataset = false, isGroup = false;
        foreach ((int type, byte flags, byte[] data) in Messages(address, name))
        {
            Fields fields = new(source, data, $"a message of '{name}'");
            bool isShared = (flags & 2) != 0;
            switch (type)
            {
                case 0x0001:
                    storage.Lengths = isShared ? throw Shared(name) : Lengths(fields);
                    break;
                case 0x0002:
                    isGroup = true;
                    RequireCompact(fields, name);
                    break;
                case 0x0003:
                    storage.Type = isShared ? throw Shared(name) : Hdf5Type.Read(data);
                    break;
                case 0x0006:
                    isGroup = true;
                    if (Link(fields) is var (link, to) && Child(link, to, around) is { } linked)
                        children.Add(linked);
                    break;
                case 0x0007:
                    throw Wrong($"the numbers of '{name}' are in another file, which is not opened");
                case 0x0008:
                    isDataset = true;
                    storage.ReadLayout(fields);
                    break;
                case 0x000B:
                    storage.ReadFilters(isShared ? throw Shared(name) : fields);
                    break;
                case 0x000C:
                    if (!isShared)
                        ReadAttribute(fields, name, attributes);
                    break;
                case 0x0011:
                    isGroup = true;
                    children.AddRange(SymbolTable(fields, name, around));
                    break;
                case 0x0015:
                    RequireCompactAttributes(fields, name);
                    break;
                default:
                    break;
            }
        }

        around.Remove(address);
        if (!isDataset && !isGroup)
            throw Wrong($"the object '{name}' at byte {address} is neither a group nor a dataset");
        return isDataset ? storage.ToDataset(name, attributes, (tree, kind, keyBytes, dataset) => Nodes(tree, kind, keyBytes, dataset, new Hdf5Budget(source))) : new Hdf5Group(name, attributes, children);
    }

    private Hdf5Object? Child(string name, ulong? address, HashSet<ulong> around)
    {
        // Links count like what they lead to: each may be written as often, and each leaves a note.
        if (++objects > MostObjects)
            throw Wrong($"its groups hold more than {MostObjects} objects and links");
        // Many links may have one long name.
        if ((nameBytes += name.Length) > MostNameRepeats * source.Length)
            throw Wrong($"its groups repeat the name '{name[..Math.Min(name.Length, 40)]}' too often");
        if (address is { } hard)
            return Object(name, hard, around);
        notes.Add($"'{name}' is a link to another place or file and was not followed.");
        return null;
    }

    private InvalidDataException Shared(string name) => Wrong($"'{name}' has a type or shape that it shares with others, a feature that is not read");

    // Messages of a header and of its continuations.
    private List<(int Type, byte Flags, byte[] Data)> Messages(ulong address, string name)
    {
        List<(int, byte, byte[])> messages = [];
        Queue<(long Offset, long Length)> blocks = new();
        long at = Place(address);
        Fields head = At(at, 16, $"the header of '{name}'");
        bool isNew = head.TryTake("OHDR"u8);
        bool hasOrder = false;
        int version = head.Byte();
        if (isNew)
        {
            int flags = head.Byte();
            hasOrder = (flags & 4) != 0;
            long skip = 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
            int sizeBytes = 1 << (flags & 3);
            long size = (long)Math.Min(At(at + skip, sizeBytes, $"the header of '{name}'").Number(sizeBytes), long.MaxValue);
            blocks.Enqueue((at + skip + sizeBytes, size));
        }
        else
        {
            if (version != 1)
                throw Wrong($"the header of '{name}' at byte {address} is of version {version}; versions 1 and 2 are read");
            head.Skip(7);
            blocks.Enqueue((at + 16, (long)head.Number(4)));
        }

        while (blocks.TryDequeue(out (long Offset, long Length) block))
        {
            headerBytes += block.Length;
            // A continuation may point back: no honest file has headers longer than itself.
            if (block.Length > source.Length || headerBytes > source.Length)
                throw Wrong($"the header of '{name}' is longer than the file");
            Fields fields = At(block.Offset, block.Length, $"the header of '{name}'");
            int prefix = isNew ? 4 + (hasOrder ? 2 : 0) : 8;
            while (fields.Left >= prefix)
            {
                int type = isNew ? fields.Byte() : (int)fields.Number(2), size = (int)fields.Number(2);
                byte flags = (byte)fields.Byte();
                fields.Skip(isNew ? prefix - 4 : 3);
                // In new headers the end may be a gap.
                if (isNew && type == 0 && size > fields.Left)
                    break;
                byte[] data = fields.Bytes(size);
                if (type == 0x0010)
                {
                    Fields next = new(source, data, $"the header of '{name}'");
                    long offset = Place(next.Address()), length = (long)Math.Min(next.Address(), long.MaxValue);
                    // Between its signature and its checksum.
                    blocks.Enqueue(isNew ? (offset + 4, length - 8) : (offset, length));
                }
                else
                {
                    messages.Add((type, flags, data));
                }
            }
        }

        return messages;
    }

    private long[]? Lengths(Fields fields)
    {
        int version = fields.Byte(), rank = fields.Byte();
        fields.Skip(1);
        int kind = fields.Byte();
        if (version == 1)
            fields.Skip(4);
        else if (version != 2)
            throw Wrong($"a shape is of version {version}; versions 1 and 2 are read");
        // Kind 2 is no elements at all.
        if (version == 2 && kind == 2)
            return [0];
        long[] lengths = new long[rank];
        for (int axis = 0; axis < rank; axis++)
            lengths[axis] = (long)Math.Min(fields.Address(), long.MaxValue);
        return lengths;
    }

    private void RequireCompact(Fields fields, string name)
    {
        fields.Skip(1);
        if ((fields.Byte() & 1) != 0)
            fields.Skip(8);
        if (fields.Address() != Undefined)
            throw Wrong($"the group '{name}' keeps its links in a heap, as files for the latest version of HDF5 do, a feature that is not read. Save it with libver='earliest', h5py's default");
    }

    private void RequireCompactAttributes(Fields fields, string name)
    {
        fields.Skip(1);
        if ((fields.Byte() & 1) != 0)
            fields.Skip(2);
        if (fields.Address() != Undefined)
            throw Wrong($"'{name}' keeps its attributes in a heap, as files for the latest version of HDF5 do, a feature that is not read. Save it with libver='earliest', h5py's default");
    }

    // A name, and the address behind a hard link.
    private static (string Name, ulong? Address) Link(Fields fields)
    {
        fields.Skip(1);
        int flags = fields.Byte(), kind = (flags & 8) != 0 ? fields.Byte() : 0;
        fields.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0));
        string name = Encoding.UTF8.GetString(fields.Bytes((long)Math.Min(fields.Number(1 << (flags & 3)), (ulong)fields.Left)));
        return (name, kind == 0 ? fields.Address() : null);
    }

    private List<Hdf5Object> SymbolTable(Fields fields, string name, HashSet<ulong> around)
    {
        ulong tree = fields.Address(), heap = fields.Address();
        Fields head = At(Place(heap), 32, $"the names of the group '{name}'");
        if (!head.TryTake("HEAP"u8))
            throw Wrong($"the group '{name}' has no names at byte {heap}");
        head.Skip(4);
        long size = (long)Math.Min(head.Address(), long.MaxValue);
        head.Skip(8);
        long namesAt = Place(head.Address());
        List<Hdf5Object> children = [];
        foreach ((byte[] _, ulong leaf) in Nodes(tree, kind: 0, keyBytes: 8, name, groups))
        {
            Fields node = At(Place(leaf), 8, $"the entries of the group '{name}'");
            if (!node.TryTake("SNOD"u8))
                throw Wrong($"the group '{name}' has no entries at byte {leaf}");
            node.Skip(2);
            int count = (int)node.Number(2);
            groups.Spend(8 + (count * 40L), name);
            Fields entries = At(Place(leaf) + 8, count * 40L, $"the entries of the group '{name}'");
            for (int i = 0; i < count; i++)
            {
                ulong nameAt = entries.Address(), header = entries.Address();
                uint cached = (uint)entries.Number(4);
                entries.Skip(20);
                if (nameAt >= (ulong)size)
                    throw Wrong($"a name in the group '{name}' is at {nameAt}, beyond the {size} bytes of names");
                string child = ZeroEnded(namesAt + (long)nameAt, size - (long)nameAt);
                // Kind 2 is a link by name.
                if (Child(child, cached == 2 ? null : header, around) is { } found)
                    children.Add(found);
            }
        }

        return children;
    }

    /// <summary>The leaves of a tree of version 1: the key before each, and its address.</summary>
    private List<(byte[] Key, ulong Address)> Nodes(ulong address, int kind, int keyBytes, string name, Hdf5Budget budget)
    {
        if (address == Undefined)
            return [];
        List<(byte[], ulong)> leaves = [];
        Visit(address, null);
        return leaves;

        void Visit(ulong at, int? level)
        {
            Fields head = At(Place(at), 24, $"the index of '{name}'");
            if (!head.TryTake("TREE"u8) || head.Byte() != kind)
                throw Wrong($"'{name}' has no index at byte {at}");
            int own = head.Byte(), count = (int)head.Number(2);
            if (level is { } expected && own != expected)
                throw Wrong($"the index of '{name}' has level {own} at byte {at}; expected {expected}");
            budget.Spend(24 + (count * (keyBytes + 8L)), name);
            Fields entries = At(Place(at) + 24, count * (keyBytes + 8L), $"the index of '{name}'");
            for (int i = 0; i < count; i++)
            {
                byte[] key = entries.Bytes(keyBytes);
                ulong child = entries.Address();
                if (own > 0)
                    Visit(child, own - 1);
                else
                    leaves.Add((key, child));
            }
        }
    }

    private string ZeroEnded(long at, long most)
    {
        byte[] bytes = source.Read(at, Math.Min(Math.Min(most, 4096), source.Length - at));
        int end = Array.IndexOf(bytes, (byte)0);
        return Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end);
    }

    private long Place(ulong address) => address <= (ulong)source.Length ? (long)address : throw Wrong($"it points at byte {address}, and has {source.Length}");

    private Fields At(long offset, long length, string what) => new(source, source.Read(offset, length), what);

    private InvalidDataException Wrong(string found) => source.Wrong(found);
}
