using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// What Philox asks of a vector of 64-bit lanes, one lane a block. Only a lane's lower half counts: the multiplication reads no
/// more, so what other operations leave above does no harm.
/// </summary>
internal unsafe interface IPhiloxLanes<TVector> where TVector : unmanaged
{
    static abstract int Count { get; }

    /// <summary>Which block each lane computes, so that <see cref="Store"/> need not cross the vector.</summary>
    static abstract TVector Positions { get; }

    static abstract TVector Broadcast(ulong value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Xor(TVector first, TVector second, TVector third);

    static abstract TVector UpperHalf(TVector value);

    /// <summary>The 64-bit product of the lanes' lower halves; the right ones have nothing above.</summary>
    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>Writes the blocks (a, b, c, d) one after the other.</summary>
    static abstract void Store(TVector a, TVector b, TVector c, TVector d, uint* destination);
}

internal readonly unsafe struct PhiloxLanes512 : IPhiloxLanes<Vector512<ulong>>
{
    public static int Count => 8;

    public static Vector512<ulong> Positions => Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Broadcast(ulong value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Add(Vector512<ulong> left, Vector512<ulong> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> first, Vector512<ulong> second, Vector512<ulong> third) => first ^ second ^ third;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> UpperHalf(Vector512<ulong> value) => value >>> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Multiply(Vector512<ulong> left, Vector512<ulong> right) =>
        Avx512F.IsSupported ? Avx512F.Multiply(left.AsUInt32(), right.AsUInt32()) : (left & Vector512.Create((ulong)uint.MaxValue)) * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c, Vector512<ulong> d, uint* destination)
    {
        Vector512<ulong> lower = Vector512.Create((ulong)uint.MaxValue), ab = (a & lower) | (b << 32), cd = (c & lower) | (d << 32);
        if (Avx512F.IsSupported)
        {
            Avx512F.UnpackLow(ab, cd).AsUInt32().Store(destination);
            Avx512F.UnpackHigh(ab, cd).AsUInt32().Store(destination + 16);
            return;
        }

        for (int lane = 0; lane < 8; lane++)
            Vector128.Create(ab[lane], cd[lane]).AsUInt32().Store(destination + (4 * Positions[lane]));
    }
}

internal readonly unsafe struct PhiloxLanes256 : IPhiloxLanes<Vector256<ulong>>
{
    public static int Count => 4;

    public static Vector256<ulong> Positions => Vector256.Create(0UL, 2, 1, 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Broadcast(ulong value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Add(Vector256<ulong> left, Vector256<ulong> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> first, Vector256<ulong> second, Vector256<ulong> third) => first ^ second ^ third;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> UpperHalf(Vector256<ulong> value) => value >>> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Multiply(Vector256<ulong> left, Vector256<ulong> right) =>
        Avx2.IsSupported ? Avx2.Multiply(left.AsUInt32(), right.AsUInt32()) : (left & Vector256.Create((ulong)uint.MaxValue)) * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c, Vector256<ulong> d, uint* destination)
    {
        Vector256<ulong> lower = Vector256.Create((ulong)uint.MaxValue), ab = (a & lower) | (b << 32), cd = (c & lower) | (d << 32);
        if (Avx2.IsSupported)
        {
            Avx2.UnpackLow(ab, cd).AsUInt32().Store(destination);
            Avx2.UnpackHigh(ab, cd).AsUInt32().Store(destination + 8);
            return;
        }

        for (int lane = 0; lane < 4; lane++)
            Vector128.Create(ab[lane], cd[lane]).AsUInt32().Store(destination + (4 * Positions[lane]));
    }
}

internal readonly unsafe struct PhiloxLanes128 : IPhiloxLanes<Vector128<ulong>>
{
    public static int Count => 2;

    public static Vector128<ulong> Positions => Vector128.Create(0UL, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Broadcast(ulong value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Add(Vector128<ulong> left, Vector128<ulong> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Xor(Vector128<ulong> first, Vector128<ulong> second, Vector128<ulong> third) => first ^ second ^ third;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> UpperHalf(Vector128<ulong> value) => value >>> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Multiply(Vector128<ulong> left, Vector128<ulong> right) =>
        Sse2.IsSupported ? Sse2.Multiply(left.AsUInt32(), right.AsUInt32()) : (left & Vector128.Create((ulong)uint.MaxValue)) * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<ulong> a, Vector128<ulong> b, Vector128<ulong> c, Vector128<ulong> d, uint* destination)
    {
        Vector128<ulong> lower = Vector128.Create((ulong)uint.MaxValue), ab = (a & lower) | (b << 32), cd = (c & lower) | (d << 32);
        Vector128.Create(ab.GetLower(), cd.GetLower()).AsUInt32().Store(destination);
        Vector128.Create(ab.GetUpper(), cd.GetUpper()).AsUInt32().Store(destination + 4);
    }
}
