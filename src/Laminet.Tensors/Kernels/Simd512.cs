using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Laminet.Tensors.Kernels;

/// <summary>The vectors of 512 bits.</summary>
internal readonly unsafe struct Simd512<T> : ISimd<Vector512<T>, T> where T : unmanaged, INumber<T>
{
    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePastCaches(Vector512<T> value, T* destination) => value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> left, Vector512<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> left, Vector512<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Divide(Vector512<T> left, Vector512<T> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> addend)
    {
        if (typeof(T) == typeof(float))
            return Vector512.MultiplyAddEstimate(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Vector512.MultiplyAddEstimate(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();
        return (left * right) + addend;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Max(Vector512<T> left, Vector512<T> right)
    {
        // Left where it wins or is NaN; the runtime's own also orders the two zeros, which takes twice as long.
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            return Vector512.ConditionalSelect(Vector512.GreaterThan(left, right) | ~Vector512.Equals(left, left), left, right);
        return Vector512.Max(left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Min(Vector512<T> left, Vector512<T> right)
    {
        // Left where it wins or is NaN; the runtime's own also orders the two zeros, which takes twice as long.
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            return Vector512.ConditionalSelect(Vector512.LessThan(left, right) | ~Vector512.Equals(left, left), left, right);
        return Vector512.Min(left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumOfLanes(Vector512<T> value) => Simd256<T>.SumOfLanes(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOfLanes(Vector512<T> value) => Simd256<T>.MaxOfLanes(Simd256<T>.Max(value.GetLower(), value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Rectify(Vector512<T> value) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(value, Vector512<T>.Zero), Vector512<T>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Rectify(Vector512<T> value, T ceiling)
    {
        Vector512<T> ceilings = Vector512.Create(ceiling);
        // The processor's own minimum gives its second operand where one is NaN. Of the mask's lanes the others become 0: two instructions in all.
        if (typeof(T) == typeof(float))
        {
            Vector512<float> x = value.AsSingle();
            return Vector512.ConditionalSelect(Avx512F.CompareNotLessThanOrEqual(x, Vector512<float>.Zero), Avx512F.Min(ceilings.AsSingle(), x), Vector512<float>.Zero).As<float, T>();
        }

        Vector512<T> most = Vector512.ConditionalSelect(Vector512.GreaterThan(value, ceilings), ceilings, value);
        return Vector512.ConditionalSelect(Vector512.LessThanOrEqual(value, Vector512<T>.Zero), Vector512<T>.Zero, most);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> IfSame(Vector512<T> left, Vector512<T> right, Vector512<T> then, Vector512<T> otherwise)
    {
        // A NaN is what differs from itself; for integers the second half is constant.
        Vector512<T> same = Vector512.Equals(left, right) | ~(Vector512.Equals(left, left) | Vector512.Equals(right, right));
        return Vector512.ConditionalSelect(same, then, otherwise);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> IfLess(Vector512<T> left, Vector512<T> right, Vector512<T> then, Vector512<T> otherwise) =>
        Vector512.ConditionalSelect(Vector512.LessThan(left, right), then, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Clamp(Vector512<T> value, Vector512<T> least, Vector512<T> most)
    {
        // The processor's own minimum and maximum give their second operand where one is NaN.
        if (typeof(T) == typeof(float) && Avx512F.IsSupported)
            return Avx512F.Max(least.AsSingle(), Avx512F.Min(most.AsSingle(), value.AsSingle())).As<float, T>();
        Vector512<T> bounded = Vector512.ConditionalSelect(Vector512.LessThan(most, value), most, value);
        return Vector512.ConditionalSelect(Vector512.LessThan(bounded, least), least, bounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Abs(Vector512<T> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LowestBitsAsExponent(Vector512<T> value) => typeof(T) == typeof(float)
        ? (value.AsInt32() << 23).As<int, T>()
        : (value.AsInt64() << 52).As<long, T>();
}
