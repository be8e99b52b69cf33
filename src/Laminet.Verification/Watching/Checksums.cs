namespace Laminet.Verification.Watching;

/// <summary>Checksums bit by bit, from their polynomials.</summary>
internal static class Checksums
{
    public static uint Crc32C(ReadOnlySpan<byte> bytes) => Of(bytes, 0x82f63b78);

    public static uint Crc32(ReadOnlySpan<byte> bytes) => Of(bytes, 0xedb88320);

    public static uint Masked(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);

    private static uint Of(ReadOnlySpan<byte> bytes, uint polynomial)
    {
        uint crc = 0xffffffff;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ polynomial : crc >> 1;
        }

        return crc ^ 0xffffffff;
    }
}
