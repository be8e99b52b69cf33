using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>exp(x) for x that is not above 0, in registers; 0 where that is less than the smallest number with all its digits. NaN stays NaN.</summary>
/// <remarks>
/// With n the whole number nearest to x / ln 2, exp(x) = 2^n exp(x - n ln 2): a number that is only an exponent times a polynomial on (-ln 2 / 2, ln 2 / 2), for Float32 with the least relative error, 3e-9, for Float64
/// Taylor's, 5e-18. ln 2 is taken off in two parts, the first of which has so few digits that its products are exact.
/// </remarks>
internal static unsafe class NegativeExponential<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    // Added to a number, the sum's lowest bits are the nearest whole number with the bias of an exponent.
    private const double SinglePlaces = 12582912 + 127, DoublePlaces = 6755399441055744 + 1023;

    /// <summary>1/13! to 1/2!.</summary>
    private static ReadOnlySpan<double> Taylor =>
    [
        1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 1 / 2.0,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector x)
    {
        bool isSingle = typeof(T) == typeof(float);
        // Of a lower one the exponent would no longer be one; of this the exponent's bits are 0, and that is the number 0.
        double places = isSingle ? SinglePlaces : DoublePlaces;
        TVector least = Number(isSingle ? -88 : -709);
        x = TSimd.IfLess(x, least, least, x);
        TVector sum = TSimd.MultiplyAdd(x, Number(1.4426950408889634), Number(places)), whole = TSimd.Add(sum, Number(-places));
        TVector rest = TSimd.MultiplyAdd(whole, Number(isSingle ? -0.693359375 : -0.6931471803691238), x);
        rest = TSimd.MultiplyAdd(whole, Number(isSingle ? 2.12194440054690583e-4 : -1.9082149292705877e-10), rest);
        // Two returns: of one the compiler would take the polynomial through memory.
        if (isSingle)
            return TSimd.Multiply(Single(rest), TSimd.LowestBitsAsExponent(sum));
        return TSimd.Multiply(Double(rest), TSimd.LowestBitsAsExponent(sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Single(TVector x)
    {
        TVector sum = TSimd.MultiplyAdd(x, Number(0.0013814597171120919), Number(0.008368714182488686));
        sum = TSimd.MultiplyAdd(sum, x, Number(0.04166838788667900));
        sum = TSimd.MultiplyAdd(sum, x, Number(0.1666652065184255));
        sum = TSimd.MultiplyAdd(sum, x, Number(0.4999999344884058));
        sum = TSimd.MultiplyAdd(sum, x, Number(1));
        return TSimd.MultiplyAdd(sum, x, Number(1));
    }

    private static TVector Double(TVector x)
    {
        TVector sum = Number(Taylor[0]);
        foreach (double term in Taylor[1..])
            sum = TSimd.MultiplyAdd(sum, x, Number(term));
        sum = TSimd.MultiplyAdd(sum, x, Number(1));
        return TSimd.MultiplyAdd(sum, x, Number(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Number(double number) => TSimd.Broadcast(T.CreateTruncating(number));
}
