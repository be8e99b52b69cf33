using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <content>Fourier transforms.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>The transforms of the rows; an imaginary part is null on a real side.</summary>
    /// <param name="kind">Which sides are real.</param>
    /// <param name="inverse">Whether the exponent is positive.</param>
    /// <param name="length">The length of a transform; on the complex side of a real one there is half of it.</param>
    /// <param name="scale">A factor of the result.</param>
    /// <param name="real">The real parts.</param>
    /// <param name="imaginary">The imaginary parts.</param>
    /// <param name="realResult">The real parts of the transforms.</param>
    /// <param name="imaginaryResult">Their imaginary parts.</param>
    public static void Fourier(FourierKind kind, bool inverse, int length, double scale, Tensor real, Tensor? imaginary, Tensor realResult, Tensor? imaginaryResult)
    {
        int bins = (length / 2) + 1, from = kind == FourierKind.ToReal ? bins : length, to = kind == FourierKind.FromReal ? bins : length;
        int rows = real.Length / from;
        Require(length > 0 && real.Length == (long)rows * from && realResult.Length == (long)rows * to, "lengths of a transform");
        Require(imaginary is null == (kind == FourierKind.FromReal) && imaginaryResult is null == (kind == FourierKind.ToReal), "sides of a transform");
        RequireParts(real, imaginary);
        RequireParts(realResult, imaginaryResult);
        if (real.DType == DType.Float32)
            FourierRows.Run(Fourier<float>(kind, inverse, rows, length, scale, real, imaginary, realResult, imaginaryResult));
        else
            FourierRows.Run(Fourier<double>(kind, inverse, rows, length, scale, real, imaginary, realResult, imaginaryResult));
        KeepAlive(real, imaginary);
        KeepAlive(realResult, imaginaryResult);
    }

    private static FourierRowsCall<T> Fourier<T>(
        FourierKind kind, bool inverse, int rows, int length, double scale, Tensor real, Tensor? imaginary, Tensor realResult, Tensor? imaginaryResult)
        where T : unmanaged, INumber<T> => new()
        {
            Real = P<T>(real),
            Imaginary = Wanted<T>(imaginary),
            RealResult = P<T>(realResult),
            ImaginaryResult = Wanted<T>(imaginaryResult),
            Rows = rows,
            Length = length,
            Kind = kind,
            Inverse = inverse,
            Scale = T.CreateTruncating(scale),
        };

    private static void RequireParts(Tensor real, Tensor? imaginary) => Require(
        real.IsContiguous && (imaginary is null || (imaginary.IsContiguous && imaginary.Length == real.Length && imaginary.DType == real.DType)), "parts of complex numbers");
}
