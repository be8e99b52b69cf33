using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>An associative, commutative operation and what it yields for nothing.</summary>
internal interface IReduction<T> where T : unmanaged, INumber<T>
{
    static abstract T Identity { get; }

    static abstract TVector Combine<TSimd, TVector>(TVector left, TVector right)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;
}

internal readonly struct SumReduction<T> : IReduction<T> where T : unmanaged, INumber<T>
{
    public static T Identity => T.Zero;

    public static TVector Combine<TSimd, TVector>(TVector left, TVector right)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => TSimd.Add(left, right);
}

internal readonly struct ProductReduction<T> : IReduction<T> where T : unmanaged, INumber<T>
{
    public static T Identity => T.One;

    public static TVector Combine<TSimd, TVector>(TVector left, TVector right)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => TSimd.Multiply(left, right);
}

internal readonly struct MaxReduction<T> : IReduction<T> where T : unmanaged, INumber<T>
{
    public static T Identity => T.CreateSaturating(double.NegativeInfinity);

    public static TVector Combine<TSimd, TVector>(TVector left, TVector right)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => TSimd.Max(left, right);
}

internal readonly struct MinReduction<T> : IReduction<T> where T : unmanaged, INumber<T>
{
    public static T Identity => T.CreateSaturating(double.PositiveInfinity);

    public static TVector Combine<TSimd, TVector>(TVector left, TVector right)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => TSimd.Min(left, right);
}
