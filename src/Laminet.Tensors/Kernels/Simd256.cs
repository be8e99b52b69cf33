using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Laminet.Tensors.Kernels;

/// <summary>The vectors of 256 bits.</summary>
internal readonly unsafe struct Simd256<T> : ISimd<Vector256<T>, T> where T : unmanaged, INumber<T>
{
    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePastCaches(Vector256<T> value, T* destination) => value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> left, Vector256<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Multiply(Vector256<T> left, Vector256<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Divide(Vector256<T> left, Vector256<T> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> left, Vector256<T> right, Vector256<T> addend)
    {
        if (typeof(T) == typeof(float))
            return Vector256.MultiplyAddEstimate(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Vector256.MultiplyAddEstimate(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();
        return (left * right) + addend;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Max(Vector256<T> left, Vector256<T> right)
    {
        // Left where it wins or is NaN; the runtime's own also orders the two zeros, which takes twice as long.
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            return Vector256.ConditionalSelect(Vector256.GreaterThan(left, right) | ~Vector256.Equals(left, left), left, right);
        return Vector256.Max(left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Min(Vector256<T> left, Vector256<T> right)
    {
        // Left where it wins or is NaN; the runtime's own also orders the two zeros, which takes twice as long.
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            return Vector256.ConditionalSelect(Vector256.LessThan(left, right) | ~Vector256.Equals(left, left), left, right);
        return Vector256.Min(left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumOfLanes(Vector256<T> value) => Simd128<T>.SumOfLanes(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOfLanes(Vector256<T> value) => Simd128<T>.MaxOfLanes(Simd128<T>.Max(value.GetLower(), value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Rectify(Vector256<T> value) =>
        Vector256.ConditionalSelect(Vector256.LessThanOrEqual(value, Vector256<T>.Zero), Vector256<T>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Rectify(Vector256<T> value, T ceiling)
    {
        Vector256<T> ceilings = Vector256.Create(ceiling);
        // The processor's own minimum gives its second operand where one is NaN.
        Vector256<T> most = typeof(T) == typeof(float) && Avx.IsSupported
            ? Avx.Min(ceilings.AsSingle(), value.AsSingle()).As<float, T>()
            : Vector256.ConditionalSelect(Vector256.GreaterThan(value, ceilings), ceilings, value);
        return Vector256.AndNot(most, Vector256.LessThanOrEqual(value, Vector256<T>.Zero));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> IfSame(Vector256<T> left, Vector256<T> right, Vector256<T> then, Vector256<T> otherwise)
    {
        // A NaN is what differs from itself; for integers the second half is constant.
        Vector256<T> same = Vector256.Equals(left, right) | ~(Vector256.Equals(left, left) | Vector256.Equals(right, right));
        return Vector256.ConditionalSelect(same, then, otherwise);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> IfLess(Vector256<T> left, Vector256<T> right, Vector256<T> then, Vector256<T> otherwise) =>
        Vector256.ConditionalSelect(Vector256.LessThan(left, right), then, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Clamp(Vector256<T> value, Vector256<T> least, Vector256<T> most)
    {
        // The processor's own minimum and maximum give their second operand where one is NaN.
        if (typeof(T) == typeof(float) && Avx.IsSupported)
            return Avx.Max(least.AsSingle(), Avx.Min(most.AsSingle(), value.AsSingle())).As<float, T>();
        Vector256<T> bounded = Vector256.ConditionalSelect(Vector256.LessThan(most, value), most, value);
        return Vector256.ConditionalSelect(Vector256.LessThan(bounded, least), least, bounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Abs(Vector256<T> value) => Vector256.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LowestBitsAsExponent(Vector256<T> value) => typeof(T) == typeof(float)
        ? (value.AsInt32() << 23).As<int, T>()
        : (value.AsInt64() << 52).As<long, T>();
}
