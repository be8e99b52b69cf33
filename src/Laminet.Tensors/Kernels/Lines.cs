using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>Rows of numbers as vectors.</summary>
internal static unsafe class Lines
{
    public static T Dot<T>(T* x, T* y, int length) where T : unmanaged, INumber<T> => TensorPrimitives.Dot(Of(x, length), Of(y, length));

    /// <summary>y += factor x.</summary>
    public static void AddScaled<T>(T* y, T factor, T* x, int length) where T : unmanaged, INumber<T>
    {
        Span<T> target = new(y, length);
        TensorPrimitives.MultiplyAdd(Of(x, length), factor, target, target);
    }

    public static void Scale<T>(T* x, T factor, int length) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(Of(x, length), factor, new Span<T>(x, length));

    public static void Divide<T>(T* x, T divisor, int length) where T : unmanaged, INumber<T> => TensorPrimitives.Divide(Of(x, length), divisor, new Span<T>(x, length));

    public static void Negate<T>(T* source, T* target, int length) where T : unmanaged, INumber<T> => TensorPrimitives.Negate(Of(source, length), new Span<T>(target, length));

    public static void Clear<T>(T* x, int length) where T : unmanaged => new Span<T>(x, length).Clear();

    public static void Copy<T>(T* source, T* target, int length) where T : unmanaged => Of(source, length).CopyTo(new Span<T>(target, length));

    /// <summary>The largest magnitude; NaN where one is in x; 0 of nothing.</summary>
    public static T Largest<T>(T* x, int length) where T : unmanaged, INumber<T> => length == 0 ? T.Zero : T.Abs(TensorPrimitives.MaxMagnitude(Of(x, length)));

    /// <summary>The place of the largest magnitude, the first of several; the first NaN counts as largest.</summary>
    public static int PlaceOfLargest<T>(T* x, int length) where T : unmanaged, INumber<T> => TensorPrimitives.IndexOfMaxMagnitude(Of(x, length));

    /// <summary>The Euclidean length; squares that would overflow or vanish are scaled first.</summary>
    public static T Norm<T>(T* x, int length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T sum = Dot(x, x, length), bound = Numbers<T>.Tiny / Numbers<T>.Epsilon;
        if (sum > bound && T.IsFinite(sum))
            return T.Sqrt(sum);
        T most = Largest(x, length);
        if (most == T.Zero || !T.IsFinite(most))
            return most;
        sum = T.Zero;
        for (int i = 0; i < length; i++)
            sum += x[i] / most * (x[i] / most);
        return most * T.Sqrt(sum);
    }

    /// <summary>Exchanges two rows.</summary>
    public static void Swap<T>(T* x, T* y, int length) where T : unmanaged
    {
        for (int i = 0; i < length; i++)
            (x[i], y[i]) = (y[i], x[i]);
    }

    private static ReadOnlySpan<T> Of<T>(T* x, int length) where T : unmanaged => new(x, length);
}

/// <summary>The limits of a floating-point type.</summary>
internal static class Numbers<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The distance from 1 to the next larger number.</summary>
    public static T Epsilon { get; } = T.BitIncrement(T.One) - T.One;

    /// <summary>The smallest normal number.</summary>
    public static T Tiny { get; } = typeof(T) == typeof(float) ? T.CreateChecked(1.17549435e-38f) : T.CreateChecked(2.2250738585072014e-308);

    /// <summary>What is 0 beside the largest numbers of two lines; without it, clusters of rounding errors would be worked on for long.</summary>
    public static unsafe T Negligible(T* x, T* y, int length) => (Epsilon / T.CreateChecked(16) * T.Max(Lines.Largest(x, length), Lines.Largest(y, length))) + Tiny;

    /// <summary>sqrt(x² + y²), without overflow, for numbers that are mostly of the order of 1.</summary>
    public static T Hypotenuse(T x, T y)
    {
        T sum = (x * x) + (y * y);
        return sum > Tiny / Epsilon && T.IsFinite(sum) ? T.Sqrt(sum) : T.Hypot(x, y);
    }
}
