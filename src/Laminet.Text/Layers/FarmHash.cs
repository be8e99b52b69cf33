using System.Buffers.Binary;
using System.Numerics;

namespace Laminet.Text.Layers;

/// <summary>FarmHash's fingerprint of 64 bits (Pike 2014), by which TensorFlow and Keras put strings into buckets.</summary>
internal static class FarmHash
{
    private const ulong K0 = 0xc3a5c85c97cb3127, K1 = 0xb492b66fbe98f273, K2 = 0x9ae16a3b2f90404f;

    public static ulong Of(ReadOnlySpan<byte> text) => text.Length switch
    {
        <= 16 => Short(text),
        <= 32 => Medium(text),
        <= 64 => Long(text),
        _ => Blocks(text),
    };

    private static ulong Short(ReadOnlySpan<byte> text)
    {
        ulong length = (ulong)text.Length, factor = K2 + (length * 2);
        if (text.Length >= 8)
        {
            ulong first = Word(text, 0) + K2, last = Word(text, text.Length - 8);
            return Mix((Turn(last, 37) * factor) + first, (Turn(first, 25) + last) * factor, factor);
        }

        if (text.Length >= 4)
            return Mix(length + ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text) << 3), BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]), factor);
        if (text.Length == 0)
            return K2;
        uint head = text[0] + ((uint)text[text.Length >> 1] << 8), tail = (uint)text.Length + ((uint)text[^1] << 2);
        return Fold((head * K2) ^ (tail * K0)) * K2;
    }

    private static ulong Medium(ReadOnlySpan<byte> text)
    {
        ulong factor = K2 + ((ulong)text.Length * 2), a = Word(text, 0) * K1, b = Word(text, 8), c = Word(text, text.Length - 8) * factor, d = Word(text, text.Length - 16) * K2;
        return Mix(Turn(a + b, 43) + Turn(c, 30) + d, a + Turn(b + K2, 18) + c, factor);
    }

    private static ulong Long(ReadOnlySpan<byte> text)
    {
        ulong factor = K2 + ((ulong)text.Length * 2), a = Word(text, 0) * K2, b = Word(text, 8), c = Word(text, text.Length - 8) * factor, d = Word(text, text.Length - 16) * K2;
        ulong y = Turn(a + b, 43) + Turn(c, 30) + d, z = Mix(y, a + Turn(b + K2, 18) + c, factor);
        ulong e = Word(text, 16) * factor, f = Word(text, 24), g = (y + Word(text, text.Length - 32)) * factor, h = (z + Word(text, text.Length - 24)) * factor;
        return Mix(Turn(e + f, 43) + Turn(g, 30) + h, e + Turn(f + a, 18) + g, factor);
    }

    private static ulong Blocks(ReadOnlySpan<byte> text)
    {
        ulong seed = 81;
        ulong x = (seed * K2) + Word(text, 0), y = (seed * K1) + 113, z = Fold((y * K2) + 113) * K2;
        (ulong First, ulong Second) v = (0, 0), w = (0, 0);
        int end = (text.Length - 1) / 64 * 64, rest = (text.Length - 1) & 63;
        for (int place = 0; place < end; place += 64)
            Round(text, place, K1, w.Second, v.First, w.First);
        ulong factor = K1 + ((z & 0xFF) << 1);
        w.First += (ulong)rest;
        v.First += w.First;
        w.First += v.First;
        Round(text, end + rest - 63, factor, w.Second * 9, v.First * 9, w.First);
        return Mix(Mix(v.First, w.First, factor) + (Fold(y) * K0) + z, Mix(v.Second, w.Second, factor) + x, factor);

        void Round(ReadOnlySpan<byte> block, int place, ulong multiplier, ulong toX, ulong toY, ulong toZ)
        {
            x = (Turn(x + y + v.First + Word(block, place + 8), 37) * multiplier) ^ toX;
            y = (Turn(y + v.Second + Word(block, place + 48), 42) * multiplier) + toY + Word(block, place + 40);
            z = Turn(z + toZ, 33) * multiplier;
            v = Weak(block, place, v.Second * multiplier, x + w.First);
            w = Weak(block, place + 32, z + w.Second, y + Word(block, place + 16));
            (z, x) = (x, z);
        }
    }

    private static (ulong First, ulong Second) Weak(ReadOnlySpan<byte> text, int place, ulong a, ulong b)
    {
        a += Word(text, place);
        b = Turn(b + a + Word(text, place + 24), 21);
        ulong sum = a + Word(text, place + 8) + Word(text, place + 16);
        return (sum + Word(text, place + 24), b + Turn(sum, 44) + a);
    }

    private static ulong Mix(ulong u, ulong v, ulong factor)
    {
        ulong a = Fold((u ^ v) * factor);
        return Fold((v ^ a) * factor) * factor;
    }

    private static ulong Fold(ulong value) => value ^ (value >> 47);

    private static ulong Turn(ulong value, int by) => BitOperations.RotateRight(value, by);

    private static ulong Word(ReadOnlySpan<byte> text, int place) => BinaryPrimitives.ReadUInt64LittleEndian(text[place..]);
}
