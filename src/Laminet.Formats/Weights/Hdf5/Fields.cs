using System.Buffers.Binary;
using Laminet.Formats.Weights.Bytes;

namespace Laminet.Formats.Weights.Hdf5;

/// <summary>Little-endian numbers one after the other, never beyond the end.</summary>
internal sealed class Fields(ByteSource source, byte[] bytes, string what)
{
    private int place;

    /// <summary>How many bytes are left.</summary>
    public int Left => bytes.Length - place;

    public int Byte() => Take(1)[0];

    public ulong Address() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of 1, 2, 4 or 8 bytes.</summary>
    public ulong Number(int size) => size switch
    {
        1 => Take(1)[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(Take(2)),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(Take(4)),
        _ => Address(),
    };

    public byte[] Bytes(long count) => Take(count).ToArray();

    public void Skip(int count) => Take(count);

    /// <summary>Whether these bytes come next; then they are taken.</summary>
    public bool TryTake(ReadOnlySpan<byte> expected)
    {
        if (!bytes.AsSpan(place).StartsWith(expected))
            return false;
        place += expected.Length;
        return true;
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left)
            throw source.Wrong($"{what} is cut short: {count} bytes are wanted and {Left} are left");
        place += (int)count;
        return bytes.AsSpan(place - (int)count, (int)count);
    }
}
