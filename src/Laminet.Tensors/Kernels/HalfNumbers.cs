using System.Numerics;
using System.Runtime.InteropServices;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>Between the two types of 16 bits and Float32, to the nearest and of two equally near to the even one. Stretches of at most a tile are rounded.</summary>
internal static class HalfNumbers
{
    /// <summary>The same numbers in Float32; exact.</summary>
    public static void Widen(DType from, ReadOnlySpan<ushort> x, Span<float> result)
    {
        if (from == DType.Float16)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(x), result);
            return;
        }

        Span<uint> bits = MemoryMarshal.Cast<float, uint>(result)[..x.Length];
        // Stretches may be as short as the features of a head, where a check for each vector would cost as much as the rest.
        ref ushort source = ref MemoryMarshal.GetReference(x);
        ref uint target = ref MemoryMarshal.GetReference(bits);
        int i = 0;
        for (; i <= x.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out Vector<uint> lower, out Vector<uint> upper);
            Vector.StoreUnsafe(lower << 16, ref target, (nuint)i);
            Vector.StoreUnsafe(upper << 16, ref target, (nuint)(i + Vector<uint>.Count));
        }

        for (; i < x.Length; i++)
            bits[i] = (uint)x[i] << 16;
    }

    /// <summary>The numbers rounded to the type.</summary>
    public static void Narrow(DType to, ReadOnlySpan<float> x, Span<ushort> result)
    {
        if (to == DType.Float16)
        {
            TensorPrimitives.ConvertToHalf(x, MemoryMarshal.Cast<ushort, Half>(result));
            return;
        }

        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(x);
        int i = 0;
        for (; i <= x.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
            Vector.Narrow(Rounded(new(bits[i..])) >>> 16, Rounded(new(bits[(i + Vector<uint>.Count)..])) >>> 16).CopyTo(result[i..]);
        for (; i < x.Length; i++)
            result[i] = ((BFloat16)x[i]).ToBits();
    }

    /// <summary>Rounds numbers to the type in place; they stay Float32.</summary>
    public static void Round(DType to, Span<float> x)
    {
        if (to == DType.Float16)
        {
            Span<Half> narrow = stackalloc Half[x.Length];
            TensorPrimitives.ConvertToHalf(x, narrow);
            TensorPrimitives.ConvertToSingle(narrow, x);
            return;
        }

        Span<uint> bits = MemoryMarshal.Cast<float, uint>(x);
        int i = 0;
        for (; i <= x.Length - Vector<uint>.Count; i += Vector<uint>.Count)
            (Rounded(new(bits[i..])) & new Vector<uint>(0xFFFF_0000)).CopyTo(bits[i..]);
        for (; i < x.Length; i++)
            x[i] = (BFloat16)x[i];
    }

    // As a BFloat16 rounds; the result is the upper half.
    private static Vector<uint> Rounded(Vector<uint> bits)
    {
        Vector<uint> isNaN = Vector.GreaterThan(bits & new Vector<uint>(0x7FFF_FFFF), new Vector<uint>(0x7F80_0000));
        Vector<uint> rounded = bits + new Vector<uint>(0x7FFF) + ((bits >>> 16) & Vector<uint>.One);
        return Vector.ConditionalSelect(isNaN, bits | new Vector<uint>(BFloat16.QuietNaN), rounded);
    }
}
