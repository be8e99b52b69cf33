using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// What a kernel asks of a vector. The operations are static members of a type apart from the vector, so that a kernel's
/// locals are the runtime's own vector types and stay in registers.
/// </summary>
internal unsafe interface ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    static abstract int Count { get; }

    static abstract TVector Load(T* source);

    static abstract void Store(TVector value, T* destination);

    /// <summary>Stores without reading the cache line first, for what is read again only after the caches have forgotten it. The destination is a multiple of the vector's size, and the vectors of a line come one after the other.</summary>
    static abstract void StorePastCaches(TVector value, T* destination);

    static abstract TVector Broadcast(T value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>left * right + addend, fused where the hardware does that fast.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The larger; NaN where either is NaN.</summary>
    static abstract TVector Max(TVector left, TVector right);

    /// <summary>The smaller; NaN where either is NaN.</summary>
    static abstract TVector Min(TVector left, TVector right);

    /// <summary>The sum of all lanes: halves are added until one lane is left.</summary>
    static abstract T SumOfLanes(TVector value);

    /// <summary>The largest lane; NaN where there is one.</summary>
    static abstract T MaxOfLanes(TVector value);

    /// <summary>max(value, 0) as the operation Relu has it: NaN stays NaN, and -0 becomes 0.</summary>
    static abstract TVector Rectify(TVector value);

    /// <summary>min(max(value, 0), ceiling) likewise; the ceiling is no NaN. One method, since what a register tile inlines is bounded.</summary>
    static abstract TVector Rectify(TVector value, T ceiling);

    /// <summary>Lane by lane: <paramref name="then"/> where left and right are equal or both NaN.</summary>
    static abstract TVector IfSame(TVector left, TVector right, TVector then, TVector otherwise);

    /// <summary>Lane by lane: <paramref name="then"/> where left is below right, which no NaN is.</summary>
    static abstract TVector IfLess(TVector left, TVector right, TVector then, TVector otherwise);

    /// <summary>Lane by lane: the value, but no less and no more than the bounds, which are no NaN; NaN stays NaN.</summary>
    static abstract TVector Clamp(TVector value, TVector least, TVector most);

    static abstract TVector Abs(TVector value);

    /// <summary>The floating-point numbers whose sign and exponent are the lowest bits of the given ones; the rest of their bits is 0.</summary>
    static abstract TVector LowestBitsAsExponent(TVector value);
}

/// <summary>One element as a vector of one lane: the reference level, and the tail of every other.</summary>
internal readonly unsafe struct SimdScalar<T> : ISimd<T, T> where T : unmanaged, INumber<T>
{
    public static int Count => 1;

    public static T Load(T* source) => *source;

    public static void Store(T value, T* destination) => *destination = value;

    public static void StorePastCaches(T value, T* destination) => *destination = value;

    public static T Broadcast(T value) => value;

    public static T Add(T left, T right) => left + right;

    public static T Multiply(T left, T right) => left * right;

    public static T Divide(T left, T right) => left / right;

    public static T MultiplyAdd(T left, T right, T addend) => T.MultiplyAddEstimate(left, right, addend);

    public static T Max(T left, T right) => T.Max(left, right);

    public static T Min(T left, T right) => T.Min(left, right);

    public static T SumOfLanes(T value) => value;

    public static T MaxOfLanes(T value) => value;

    public static T Rectify(T value) => value <= T.Zero ? T.Zero : value;

    public static T Rectify(T value, T ceiling) => value <= T.Zero ? T.Zero : value > ceiling ? ceiling : value;

    public static T IfSame(T left, T right, T then, T otherwise) =>
        left == right || (T.IsNaN(left) && T.IsNaN(right)) ? then : otherwise;

    public static T IfLess(T left, T right, T then, T otherwise) => left < right ? then : otherwise;

    public static T Clamp(T value, T least, T most) => value < least ? least : value > most ? most : value;

    public static T Abs(T value) => T.Abs(value);

    public static T LowestBitsAsExponent(T value) => typeof(T) == typeof(float)
        ? T.CreateTruncating(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(float.CreateTruncating(value)) << 23))
        : T.CreateTruncating(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(double.CreateTruncating(value)) << 52));
}
