using System.Buffers.Binary;

namespace Laminet.Verification.Watching;

/// <summary>Takes files apart into records, written from the public descriptions of the formats. What ends in the middle of a record ends before it.</summary>
internal static class Frames
{
    public static List<byte[]> OfEvents(ReadOnlySpan<byte> file)
    {
        List<byte[]> records = [];
        while (file.Length >= 12)
        {
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file);
            Expect.Equal(Checksums.Masked(Checksums.Crc32C(file[..8])), BinaryPrimitives.ReadUInt32LittleEndian(file[8..]), "the checksum of a length");
            if ((ulong)file.Length < 12 + length + 4)
                break;
            ReadOnlySpan<byte> data = file.Slice(12, (int)length);
            Expect.Equal(Checksums.Masked(Checksums.Crc32C(data)), BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + (int)length)..]), "the checksum of a record");
            records.Add(data.ToArray());
            file = file[(16 + (int)length)..];
        }

        return records;
    }

    public static List<byte[]> OfRun(ReadOnlySpan<byte> file)
    {
        // A process that was killed before it wrote anything.
        if (file.Length == 0)
            return [];
        Expect.True(file.StartsWith(":W&B"u8), "expected a file that begins with :W&B");
        Expect.Equal(0xbee1, BinaryPrimitives.ReadUInt16LittleEndian(file[4..]), "the two bytes after the name");
        Expect.Equal(0, file[6], "the version");
        List<byte[]> records = [];
        List<byte> record = [];
        int place = 7;
        while (place + 7 <= file.Length)
        {
            if (32768 - (place % 32768) is var left and < 7)
            {
                Expect.True(!file.Slice(place, left).ContainsAnyExcept((byte)0), $"expected zeros from {place} to the end of the block");
                place += left;
                continue;
            }

            uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(file[place..]);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(file[(place + 4)..]), type = file[place + 6];
            Expect.True((place % 32768) + 7 + length <= 32768, $"the chunk at {place} crosses the end of a block");
            if (place + 7 + length > file.Length)
                break;
            Expect.Equal(Checksums.Crc32(file.Slice(place + 6, 1 + length)), checksum, $"the checksum of the chunk at {place}");
            Expect.True(record.Count == 0 || type is 3 or 4, $"the chunk at {place} does not go on with the record before it");
            record.AddRange(file.Slice(place + 7, length));
            if (type is 1 or 4)
            {
                records.Add([.. record]);
                record.Clear();
            }

            place += 7 + length;
        }

        return records;
    }
}
