using System.Buffers.Binary;
using System.Text;

namespace Laminet.Verification.Watching;

/// <summary>A message of Protocol Buffers, read from the public description of the encoding: its fields by their numbers.</summary>
internal sealed class WireMessage
{
    private readonly List<(int Number, ulong Value, byte[]? Bytes)> fields = [];

    public WireMessage(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            ulong key = Varint(ref bytes);
            int number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((number, Varint(ref bytes), null));
                    break;
                case 1:
                    fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(bytes), null));
                    bytes = bytes[8..];
                    break;
                case 2:
                    int length = checked((int)Varint(ref bytes));
                    fields.Add((number, 0, bytes[..length].ToArray()));
                    bytes = bytes[length..];
                    break;
                case 5:
                    fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(bytes), null));
                    bytes = bytes[4..];
                    break;
                case ulong kind:
                    throw new VerificationException($"field {number} is of kind {kind}, which there is not");
            }
        }
    }

    /// <summary>The messages in a field.</summary>
    public IEnumerable<WireMessage> All(int number) => BytesOf(number).Select(bytes => new WireMessage(bytes));

    /// <summary>The text in a field; empty where it is not there, as the encoding leaves empty texts out.</summary>
    public string Text(int number) => Encoding.UTF8.GetString(BytesOf(number).LastOrDefault([]));

    /// <summary>The whole number in a field; 0 where it is not there.</summary>
    public ulong Whole(int number) => fields.LastOrDefault(field => field.Number == number).Value;

    /// <summary>The numbers of 4 bytes each that lie packed in a field.</summary>
    public float[] Floats(int number) => [.. BytesOf(number).SelectMany(bytes => bytes.Chunk(4)).Select(four => BitConverter.ToSingle(four))];

    private IEnumerable<byte[]> BytesOf(int number) => fields.Where(field => field.Number == number && field.Bytes is not null).Select(field => field.Bytes!);

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
                return value;
        }
    }
}
