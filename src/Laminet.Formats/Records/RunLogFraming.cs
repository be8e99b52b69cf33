using System.Buffers;
using System.Buffers.Binary;
using Laminet.Saving;

namespace Laminet.Formats.Records;

/// <summary>
/// The log of a run of Weights &amp; Biases: seven bytes at the beginning of the file, then the log format of LevelDB with another checksum. Blocks
/// are 32,768 bytes, counted from the beginning of the file. A record is one chunk or several, and no chunk crosses a block's end. A chunk is a
/// checksum (4 bytes; CRC-32 of type and data, as in zip files), a length (2), a type (1), and data. Source: LevelDB's doc/log_format.md, and
/// core/pkg/leveldb/record.go of the client.
/// </summary>
internal sealed class RunLogFraming : IRecordFraming
{
    private const int BlockSize = 32768, ChunkHeader = 7;
    private const byte Full = 1, First = 2, Middle = 3, Last = 4;

    // The name, 0xBEE1, and the version 0.
    public ReadOnlySpan<byte> Header => [(byte)':', (byte)'W', (byte)'&', (byte)'B', 0xe1, 0xbe, 0];

    public void Write(ReadOnlySpan<byte> record, long position, IBufferWriter<byte> output)
    {
        bool isFirst = true, isLast;
        do
        {
            int left = BlockSize - (int)(position % BlockSize);
            if (left < ChunkHeader)
            {
                // No room for a chunk: zeros to the end of the block.
                output.GetSpan(left)[..left].Clear();
                output.Advance(left);
                position += left;
                left = BlockSize;
            }

            int length = Math.Min(record.Length, left - ChunkHeader);
            isLast = length == record.Length;
            byte type = (isFirst, isLast) switch { (true, true) => Full, (true, false) => First, (false, true) => Last, _ => Middle };
            Span<byte> chunk = output.GetSpan(ChunkHeader + length)[..(ChunkHeader + length)];
            BinaryPrimitives.WriteUInt16LittleEndian(chunk[4..], (ushort)length);
            chunk[6] = type;
            record[..length].CopyTo(chunk[ChunkHeader..]);
            Crc32 checksum = new();
            checksum.Add(chunk[6..]);
            BinaryPrimitives.WriteUInt32LittleEndian(chunk, checksum.Value);
            output.Advance(chunk.Length);
            position += chunk.Length;
            record = record[length..];
            isFirst = false;
        }
        while (!isLast);
    }
}
