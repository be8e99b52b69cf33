using System.Buffers.Binary;
using System.Numerics;

namespace Laminet.Text.Layers;

/// <summary>SipHash-2-4 (Aumasson and Bernstein 2012), a hash with a secret key: without the key, a caller cannot find texts that share a hash.</summary>
internal static class SipHash
{
    public static ulong Of(ReadOnlySpan<byte> text, ulong key0, ulong key1)
    {
        ulong a = key0 ^ 0x736f6d6570736575, b = key1 ^ 0x646f72616e646f6d, c = key0 ^ 0x6c7967656e657261, d = key1 ^ 0x7465646279746573;
        int whole = text.Length / 8 * 8;
        for (int place = 0; place < whole; place += 8)
            Take(BinaryPrimitives.ReadUInt64LittleEndian(text[place..]));
        ulong last = (ulong)text.Length << 56;
        for (int place = whole; place < text.Length; place++)
            last |= (ulong)text[place] << (8 * (place - whole));
        Take(last);
        c ^= 0xFF;
        for (int i = 0; i < 4; i++)
            Round();
        return a ^ b ^ c ^ d;

        void Take(ulong word)
        {
            d ^= word;
            Round();
            Round();
            a ^= word;
        }

        void Round()
        {
            a += b;
            c += d;
            b = BitOperations.RotateLeft(b, 13) ^ a;
            d = BitOperations.RotateLeft(d, 16) ^ c;
            a = BitOperations.RotateLeft(a, 32);
            c += b;
            a += d;
            b = BitOperations.RotateLeft(b, 17) ^ c;
            d = BitOperations.RotateLeft(d, 21) ^ a;
            c = BitOperations.RotateLeft(c, 32);
        }
    }
}
