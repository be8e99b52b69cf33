using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Tests;

/// <summary>Fourier transforms where sums would take too long, the lengths others lost, and wrong use.</summary>
[Collection("Engine settings")]
public class FourierTests
{
    // numpy.fft.irfft(numpy.fft.rfft([0, 1, 2, 3, 4])), and with n=5.
    [Fact]
    public void An_odd_length_comes_back_where_it_is_stated()
    {
        (Tensor real, Tensor imaginary) = Tensor.From(0.0, 1, 2, 3, 4).RFFT();
        Near([0.625, 1.40452260, 3.125, 4.84547740], Tensor.IRFFT(real, imaginary), 1e-8);
        Near([0, 1, 2, 3, 4], Tensor.IRFFT(real, imaginary, 5), 1e-14);
    }

    // numpy.fft.rfft([1, 2, 3, 4], n): cut and filled.
    [Fact]
    public void A_length_cuts_or_fills_with_zeros()
    {
        Tensor x = Tensor.From(1.0, 2, 3, 4);
        Near([6, -1.5], x.RFFT(3).Real, 1e-14);
        Near([0, Math.Sqrt(3) / 2], x.RFFT(3).Imaginary, 1e-14);
        Near([10, -4.04508497, 1.54508497], x.RFFT(5).Real, 1e-8);
        Near([0, -1.31432778, -2.12662702], x.RFFT(5).Imaginary, 1e-8);
    }

    // A power of two, products, a prime and twice a prime; one row and more than a tile.
    [Theory]
    [InlineData(4096, 3)]
    [InlineData(6000, 2)]
    [InlineData(10_007, 1)]
    [InlineData(2_018, 19)]
    [InlineData(131_072, 1)]
    public void Long_transforms_are_undone_and_keep_the_energy(int length, int rows)
    {
        foreach (DType type in (DType[])[DType.Float32, DType.Float64])
        {
            Tensor x = new RandomKey(5).Normal([rows, length], dtype: type), y = new RandomKey(6).Normal([rows, length], dtype: type);
            (Tensor real, Tensor imaginary) = Tensor.FFT(x, y);
            double energy = (real.Square() + imaginary.Square()).Mean().ToDouble() / length;
            double tolerance = type == DType.Float32 ? 1e-5 : 1e-13;
            Assert.Equal(1, energy / (x.Square() + y.Square()).Mean().ToDouble(), tolerance);
            (Tensor back, Tensor other) = Tensor.IFFT(real, imaginary);
            Assert.True((back - x).Abs().Max().ToDouble() < 10 * tolerance && (other - y).Abs().Max().ToDouble() < 10 * tolerance);
            (Tensor halfReal, Tensor halfImaginary) = x.RFFT();
            Assert.True((Tensor.IRFFT(halfReal, halfImaginary, length) - x).Abs().Max().ToDouble() < 10 * tolerance);
            // The real transform is the first half of the complex one.
            (Tensor whole, _) = Tensor.FFT(x, x.ZerosLike());
            Assert.True((whole.Slice(0, (length / 2) + 1, axis: -1) - halfReal).Abs().Max().ToDouble() < 100 * tolerance * Math.Sqrt(length));
        }
    }

    [Fact]
    public void Every_width_of_vectors_gives_the_same()
    {
        SimdLevel before = Simd.Level;
        Tensor x = new RandomKey(5).Normal([37, 240]);
        try
        {
            Simd.Level = SimdLevel.Scalar;
            double[] expected = x.RFFT().Imaginary.Cast(DType.Float64).ToArray<double>();
            foreach (SimdLevel level in (SimdLevel[])[SimdLevel.Vector128, SimdLevel.Vector256, SimdLevel.Vector512])
            {
                Simd.Level = level;
                Near(expected, x.RFFT().Imaginary, 1e-4);
            }
        }
        finally
        {
            Simd.Level = before;
        }
    }

    // numpy.fft.fft2 of [[1, 2], [3, 4]].
    [Fact]
    public void Planes_are_transformed_along_both_axes()
    {
        Tensor x = Tensor.From(new[,] { { 1.0, 2 }, { 3, 4 } });
        (Tensor real, Tensor imaginary) = Tensor.FFT2(x, x.ZerosLike());
        Near([10, -2, -4, 0], real, 1e-14);
        Near([0, 0, 0, 0], imaginary, 1e-14);
        Near([1, 2, 3, 4], Tensor.IFFT2(real, imaginary).Real, 1e-14);
    }

    [Fact]
    public void Halves_are_transformed_in_Float32()
    {
        Tensor x = Tensor.From(1.0, 2, 3, 5).Cast(DType.Float16);
        Assert.Equal(DType.Float16, x.RFFT().Real.DType);
        Near([11, -2, -3], x.RFFT().Real, 1e-3);
    }

    [Fact]
    public void A_compiled_spectrum_is_the_eager_one()
    {
        Tensor x = new RandomKey(5).Normal([3, 500], dtype: DType.Float64);
        static Tensor Power(Tensor signal) => signal.STFT(64, 16, 64) is var parts ? parts.Real.Square() + parts.Imaginary.Square() : signal;
        Near(Power(x).ToArray<double>(), Function.Compile(Power)(x), 1e-11);
        Near(x.STFT(64, 16, 64).Imaginary.ToArray<double>(), Function.Compile((Tensor signal) => signal.STFT(64, 16, 64).Imaginary)(x), 1e-12);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor x = Tensor.Zeros([2, 8]);
        Assert.Contains("FFT: received real parts of shape (2, 8) and imaginary parts of shape (2, 4); expected the same shape.", Assert.Throws<ShapeException>(() => Tensor.FFT(x, Tensor.Zeros([2, 4]))).Message);
        Assert.Contains("FFT: received numbers of shape (0,); expected (..., n) with n at least 1.", Assert.Throws<ShapeException>(() => Tensor.FFT(Tensor.Zeros([0]), Tensor.Zeros([0]))).Message);
        Assert.Contains("RFFT: received Int32 (2, 8); expected a floating-point type.", Assert.Throws<DTypeException>(() => x.Cast(DType.Int32).RFFT()).Message);
        Assert.Contains("RFFT: received the length 0; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => x.RFFT(0)).Message);
        Assert.Contains("Frames: received (2, 8); expected (..., samples) with at least the 9 samples of a frame.", Assert.Throws<ShapeException>(() => x.Frames(9, 1)).Message);
        Assert.Contains("Frames: received the length 3 and the stride 0; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => x.Frames(3, 0)).Message);
        Assert.Contains("STFT: received 8 samples; with center there must be more than fftLength/2 = 8.", Assert.Throws<ShapeException>(() => x.STFT(16, 4, 16)).Message);
        Assert.Contains("STFT: received sequenceLength = 9, sequenceStride = 4 and fftLength = 8", Assert.Throws<ArgumentOutOfRangeException>(() => x.STFT(9, 4, 8)).Message);
        Assert.Contains("ISTFT: received spectra of shape (2, 8) for an fftLength of 8; expected (..., frames, 5).", Assert.Throws<ShapeException>(() => Tensor.ISTFT(x, x, 8, 4, 8)).Message);
    }

    private static void Near(double[] expected, Tensor actual, double tolerance)
    {
        double[] numbers = actual.Cast(DType.Float64).ToArray<double>();
        Assert.Equal(expected.Length, numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
            Assert.Equal(expected[i], numbers[i], tolerance);
    }
}
