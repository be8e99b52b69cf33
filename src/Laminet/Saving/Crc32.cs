using System.Buffers.Binary;

namespace Laminet.Saving;

/// <summary>The checksum of zip files: polynomial 0xEDB88320, eight bytes a step. The framework writes it but does not hold files to it.</summary>
internal sealed class Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    private uint state = uint.MaxValue;

    public uint Value => ~state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        uint crc = state;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes), high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7][low & 255] ^ Tables[6][(low >> 8) & 255] ^ Tables[5][(low >> 16) & 255] ^ Tables[4][low >> 24]
                ^ Tables[3][high & 255] ^ Tables[2][(high >> 8) & 255] ^ Tables[1][(high >> 16) & 255] ^ Tables[0][high >> 24];
        }

        foreach (byte value in bytes)
            crc = Tables[0][(crc ^ value) & 255] ^ (crc >> 8);
        state = crc;
    }

    // Table k gives the effect of a byte that k more bytes follow.
    private static uint[][] MakeTables()
    {
        uint[][] tables = [.. Enumerable.Range(0, 8).Select(_ => new uint[256])];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            tables[0][i] = crc;
        }

        for (int table = 1; table < 8; table++)
        {
            for (int i = 0; i < 256; i++)
                tables[table][i] = tables[0][tables[table - 1][i] & 255] ^ (tables[table - 1][i] >> 8);
        }

        return tables;
    }
}
