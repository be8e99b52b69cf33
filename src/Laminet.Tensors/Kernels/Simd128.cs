using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Laminet.Tensors.Kernels;

/// <summary>The vectors of 128 bits.</summary>
internal readonly unsafe struct Simd128<T> : ISimd<Vector128<T>, T> where T : unmanaged, INumber<T>
{
    public static int Count => Vector128<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePastCaches(Vector128<T> value, T* destination) => value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> left, Vector128<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Multiply(Vector128<T> left, Vector128<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Divide(Vector128<T> left, Vector128<T> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> left, Vector128<T> right, Vector128<T> addend)
    {
        if (typeof(T) == typeof(float))
            return Vector128.MultiplyAddEstimate(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Vector128.MultiplyAddEstimate(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();
        return (left * right) + addend;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Max(Vector128<T> left, Vector128<T> right)
    {
        // Left where it wins or is NaN; the runtime's own also orders the two zeros, which takes twice as long.
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            return Vector128.ConditionalSelect(Vector128.GreaterThan(left, right) | ~Vector128.Equals(left, left), left, right);
        return Vector128.Max(left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Min(Vector128<T> left, Vector128<T> right)
    {
        // Left where it wins or is NaN; the runtime's own also orders the two zeros, which takes twice as long.
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            return Vector128.ConditionalSelect(Vector128.LessThan(left, right) | ~Vector128.Equals(left, left), left, right);
        return Vector128.Min(left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumOfLanes(Vector128<T> value)
    {
        T sum = value[0];
        for (int lane = 1; lane < Vector128<T>.Count; lane++)
            sum += value[lane];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOfLanes(Vector128<T> value)
    {
        T largest = value[0];
        for (int lane = 1; lane < Vector128<T>.Count; lane++)
            largest = T.Max(largest, value[lane]);
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Rectify(Vector128<T> value) =>
        Vector128.ConditionalSelect(Vector128.LessThanOrEqual(value, Vector128<T>.Zero), Vector128<T>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Rectify(Vector128<T> value, T ceiling)
    {
        Vector128<T> ceilings = Vector128.Create(ceiling), most = Vector128.ConditionalSelect(Vector128.GreaterThan(value, ceilings), ceilings, value);
        return Vector128.ConditionalSelect(Vector128.LessThanOrEqual(value, Vector128<T>.Zero), Vector128<T>.Zero, most);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> IfSame(Vector128<T> left, Vector128<T> right, Vector128<T> then, Vector128<T> otherwise)
    {
        // A NaN is what differs from itself; for integers the second half is constant.
        Vector128<T> same = Vector128.Equals(left, right) | ~(Vector128.Equals(left, left) | Vector128.Equals(right, right));
        return Vector128.ConditionalSelect(same, then, otherwise);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> IfLess(Vector128<T> left, Vector128<T> right, Vector128<T> then, Vector128<T> otherwise) =>
        Vector128.ConditionalSelect(Vector128.LessThan(left, right), then, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Clamp(Vector128<T> value, Vector128<T> least, Vector128<T> most)
    {
        // The processor's own minimum and maximum give their second operand where one is NaN.
        if (typeof(T) == typeof(float) && Sse.IsSupported)
            return Sse.Max(least.AsSingle(), Sse.Min(most.AsSingle(), value.AsSingle())).As<float, T>();
        Vector128<T> bounded = Vector128.ConditionalSelect(Vector128.LessThan(most, value), most, value);
        return Vector128.ConditionalSelect(Vector128.LessThan(bounded, least), least, bounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Abs(Vector128<T> value) => Vector128.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> LowestBitsAsExponent(Vector128<T> value) => typeof(T) == typeof(float)
        ? (value.AsInt32() << 23).As<int, T>()
        : (value.AsInt64() << 52).As<long, T>();
}
