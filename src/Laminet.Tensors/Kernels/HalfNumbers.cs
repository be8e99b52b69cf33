using System.Numerics;
using System.Runtime.CompilerServices;
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

        WidenBFloat16(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, uint>(result)[..x.Length]), x.Length);
    }

    /// <summary>Rows of numbers, so far apart, one after the other in Float32.</summary>
    public static unsafe void WidenRows(DType from, ushort* x, nint stride, int rows, int length, float* result)
    {
        // A row may be as short as the features of a head, for which a call would cost as much as the rest.
        for (int row = 0; row < rows; row++, x += stride, result += length)
        {
            if (from == DType.BFloat16)
                WidenBFloat16(ref *x, ref *(uint*)result, length);
            else
                Widen(from, new(x, length), new(result, length));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WidenBFloat16(ref ushort source, ref uint target, int length)
    {
        int i = 0;
        for (; i <= length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out Vector<uint> lower, out Vector<uint> upper);
            Vector.StoreUnsafe(lower << 16, ref target, (nuint)i);
            Vector.StoreUnsafe(upper << 16, ref target, (nuint)(i + Vector<uint>.Count));
        }

        for (; i < length; i++)
            Unsafe.Add(ref target, i) = (uint)Unsafe.Add(ref source, i) << 16;
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
