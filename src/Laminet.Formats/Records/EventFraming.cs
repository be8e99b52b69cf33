using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Laminet.Formats.Records;

/// <summary>
/// The records of TensorFlow (TFRecord): length (8 bytes), its checksum (4), data, the data's checksum (4). Checksums are CRC-32C, rotated and
/// offset ("masked"), since data may hold checksums itself. Source: TensorFlow's documentation of TFRecord.
/// </summary>
internal sealed class EventFraming : IRecordFraming
{
    private const int LengthSize = 8, ChecksumSize = 4;

    public ReadOnlySpan<byte> Header => [];

    public void Write(ReadOnlySpan<byte> record, long position, IBufferWriter<byte> output)
    {
        int size = LengthSize + ChecksumSize + record.Length + ChecksumSize;
        Span<byte> framed = output.GetSpan(size)[..size];
        BinaryPrimitives.WriteUInt64LittleEndian(framed, (ulong)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed[LengthSize..], Masked(Crc32C.Of(framed[..LengthSize])));
        record.CopyTo(framed[(LengthSize + ChecksumSize)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(framed[^ChecksumSize..], Masked(Crc32C.Of(record)));
        output.Advance(size);
    }

    private static uint Masked(uint crc) => unchecked(BitOperations.RotateRight(crc, 15) + 0xa282ead8);
}
