using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// The points 0, +-p, +-q and infinity at which six values determine a product of polynomials, and 1 / M'(point) of M = x (x² - p²)(x² - q²). These p and q
/// are oneDNN's: their rounding errors are a third of those of 1 and 2.
/// </summary>
internal static class WinogradPoints
{
    public const double Near = 0.625, Far = 1.5;
    public const double Near2 = Near * Near, Far2 = Far * Far;
    public const double Near3 = Near * Near2, Far3 = Far * Far2;
    public const double ZeroWeight = 1 / (Near2 * Far2);
    public const double NearWeight = 1 / (2 * Near2 * (Near2 - Far2));
    public const double FarWeight = 1 / (2 * Far2 * (Far2 - Near2));
}

/// <summary>
/// The transforms of one line by Winograd's algorithm on <see cref="WinogradPoints"/>: F(4, 3), four results of three taps, and F(3, 4), three of four. Both read six pixels, which they transform alike.
/// </summary>
internal static unsafe class WinogradLines<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    private static TVector Minus => Constant(-1);

    private static TVector Near => Constant(WinogradPoints.Near);

    private static TVector Near2 => Constant(WinogradPoints.Near2);

    private static TVector Near3 => Constant(WinogradPoints.Near3);

    private static TVector Far => Constant(WinogradPoints.Far);

    private static TVector Far2 => Constant(WinogradPoints.Far2);

    private static TVector Far3 => Constant(WinogradPoints.Far3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant(double value) => TSimd.Broadcast(T.CreateTruncating(value));

    /// <summary>G w of three taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights(TVector w0, TVector w1, TVector w2, T* target, nint step) =>
        Weights(w0, w2, TSimd.MultiplyAdd(w2, Near2, w0), TSimd.Multiply(w1, Near), TSimd.MultiplyAdd(w2, Far2, w0), TSimd.Multiply(w1, Far), target, step);

    /// <summary>G w of four taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights(TVector w0, TVector w1, TVector w2, TVector w3, T* target, nint step) =>
        Weights(
            w0, w3, TSimd.MultiplyAdd(w2, Near2, w0), TSimd.MultiplyAdd(w3, Near3, TSimd.Multiply(w1, Near)), TSimd.MultiplyAdd(w2, Far2, w0), TSimd.MultiplyAdd(w3, Far3, TSimd.Multiply(w1, Far)),
            target, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weights(TVector first, TVector last, TVector even, TVector odd, TVector farEven, TVector farOdd, T* target, nint step)
    {
        TVector nearWeight = Constant(WinogradPoints.NearWeight), farWeight = Constant(WinogradPoints.FarWeight);
        TSimd.Store(TSimd.Multiply(first, Constant(WinogradPoints.ZeroWeight)), target);
        TSimd.Store(TSimd.Multiply(TSimd.Add(even, odd), nearWeight), target + step);
        TSimd.Store(TSimd.Multiply(TSimd.MultiplyAdd(odd, Minus, even), nearWeight), target + (2 * step));
        TSimd.Store(TSimd.Multiply(TSimd.Add(farEven, farOdd), farWeight), target + (3 * step));
        TSimd.Store(TSimd.Multiply(TSimd.MultiplyAdd(farOdd, Minus, farEven), farWeight), target + (4 * step));
        TSimd.Store(last, target + (5 * step));
    }

    /// <summary>Aᵀ m, four results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourResults(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, T* target, nint step)
    {
        FourResults(m0, m1, m2, m3, m4, m5, out TVector r0, out TVector r1, out TVector r2, out TVector r3);
        TSimd.Store(r0, target);
        TSimd.Store(r1, target + step);
        TSimd.Store(r2, target + (2 * step));
        TSimd.Store(r3, target + (3 * step));
    }

    /// <summary>Aᵀ m, four results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourResults(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, out TVector r0, out TVector r1, out TVector r2, out TVector r3)
    {
        TVector even = TSimd.Add(m1, m2), odd = TSimd.MultiplyAdd(m2, Minus, m1);
        TVector farEven = TSimd.Add(m3, m4), farOdd = TSimd.MultiplyAdd(m4, Minus, m3);
        r0 = TSimd.Add(TSimd.Add(m0, even), farEven);
        r1 = TSimd.MultiplyAdd(farOdd, Far, TSimd.Multiply(odd, Near));
        r2 = TSimd.MultiplyAdd(farEven, Far2, TSimd.Multiply(even, Near2));
        r3 = TSimd.MultiplyAdd(farOdd, Far3, TSimd.MultiplyAdd(odd, Near3, m5));
    }

    /// <summary>Aᵀ m, three results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ThreeResults(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, out TVector r0, out TVector r1, out TVector r2)
    {
        TVector even = TSimd.Add(m1, m2), odd = TSimd.MultiplyAdd(m2, Minus, m1);
        TVector farEven = TSimd.Add(m3, m4), farOdd = TSimd.MultiplyAdd(m4, Minus, m3);
        r0 = TSimd.Add(TSimd.Add(m0, even), farEven);
        r1 = TSimd.MultiplyAdd(farOdd, Far, TSimd.Multiply(odd, Near));
        r2 = TSimd.MultiplyAdd(farEven, Far2, TSimd.MultiplyAdd(even, Near2, m5));
    }
}
