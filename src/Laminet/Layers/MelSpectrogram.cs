using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Sound as a picture: (..., samples) to (..., numMelBins, frames), where the bins lie evenly on the mel scale, mel(f) = 1127 ln(1 + f/700), as pitch is heard. A short-time
/// Fourier transform (see <see cref="Tensor.STFT"/>), the absolute values to a power, triangles between neighbouring bins' frequencies, and decibels: 10 log10(max(S,
/// minPower)) - 10 log10(refPower), cut off topDb below the largest of the whole tensor. No parameters. Keras: <c>MelSpectrogram</c>.
/// </summary>
/// <param name="fftLength">The length of a frame and its transform.</param>
/// <param name="sequenceStride">From the beginning of a frame to that of the next.</param>
/// <param name="sequenceLength">How many samples the window covers; by default the whole frame.</param>
/// <param name="window">The window.</param>
/// <param name="samplingRate">Samples a second.</param>
/// <param name="numMelBins">How many bins.</param>
/// <param name="minFreq">The lowest frequency, in hertz.</param>
/// <param name="maxFreq">The highest frequency, in hertz; by default half the sampling rate.</param>
/// <param name="powerToDb">Whether the result is in decibels.</param>
/// <param name="topDb">How many decibels below the largest number the smallest is.</param>
/// <param name="magExp">The power of the absolute values: 2 for power, 1 for magnitude.</param>
/// <param name="minPower">The least power, before the logarithm.</param>
/// <param name="refPower">What 0 decibels are.</param>
public sealed class MelSpectrogram(
    int fftLength = 2048, int sequenceStride = 512, int? sequenceLength = null, SignalWindow window = SignalWindow.Hann, int samplingRate = 16000, int numMelBins = 128,
    double minFreq = 20, double? maxFreq = null, bool powerToDb = true, double topDb = 80, double magExp = 2, double minPower = 1e-10, double refPower = 1) : Layer
{
    private Tensor? filters;

    public int FftLength { get; } = Setting.Require(fftLength, fftLength >= 2, "2 or more");
    public int SequenceStride { get; } = Setting.Require(sequenceStride, sequenceStride >= 1, "1 or more");
    public int? SequenceLength { get; } = Setting.Require(sequenceLength, sequenceLength is null || (sequenceLength >= 1 && sequenceLength <= fftLength), "1 to fftLength");
    public SignalWindow Window { get; } = window;
    public int SamplingRate { get; } = Setting.Require(samplingRate, samplingRate >= 1, "1 or more");
    public int NumMelBins { get; } = Setting.Require(numMelBins, numMelBins >= 1, "1 or more");
    public double MinFreq { get; } = Setting.Require(
        minFreq, minFreq >= 0 && (maxFreq is not null || minFreq < samplingRate / 2), "0 or more, and below maxFreq, which is half the sampling rate by default");
    public double? MaxFreq { get; } = Setting.Require(maxFreq, maxFreq is null || maxFreq > minFreq, "a frequency above minFreq");
    public bool PowerToDb { get; } = powerToDb;
    public double TopDb { get; } = Setting.Require(topDb, topDb >= 0, "0 or more");
    public double MagExp { get; } = Setting.Require(magExp, magExp > 0, "a number above 0");
    public double MinPower { get; } = Setting.Require(minPower, minPower > 0, "a number above 0");
    public double RefPower { get; } = Setting.Require(refPower, refPower != 0 && double.IsFinite(refPower), "another number than 0");

    // What spectra are computed in: halves have too few digits.
    private DType Computed => DType == DType.Float64 ? DType.Float64 : DType.Float32;

    protected override void Build(Shape input) => filters = Triangles().Cast(Computed);

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        (Tensor real, Tensor imaginary) = input.Cast(Computed).STFT(SequenceLength ?? FftLength, SequenceStride, FftLength, Window);
        Tensor power = real.Square() + imaginary.Square();
        Tensor mel = (MagExp == 2 ? power : power.Pow(MagExp / 2)).MatMul(filters!);
        Tensor result = PowerToDb ? Decibels(mel) : mel;
        int[] order = [.. Enumerable.Range(0, result.Rank - 2), result.Rank - 1, result.Rank - 2];
        return result.Transpose(order).Cast(DType);
    }

    private Tensor Decibels(Tensor power)
    {
        Tensor level = (power.Clip(MinPower, double.PositiveInfinity).Log() * (10 / Math.Log(10))) - (10 * Math.Log10(Math.Max(Math.Abs(RefPower), MinPower)));
        return level.Maximum(level.Max() - TopDb);
    }

    // (bins of the transform, numMelBins). The first bin, frequency 0, is in none.
    private Tensor Triangles()
    {
        int bins = (FftLength / 2) + 1;
        double lowest = Mel(MinFreq), step = (Mel(MaxFreq ?? (SamplingRate / 2)) - lowest) / (NumMelBins + 1);
        double[] weights = new double[bins * NumMelBins];
        for (int bin = 1; bin < bins; bin++)
        {
            double place = (Mel(SamplingRate / 2.0 * bin / (bins - 1)) - lowest) / step;
            for (int band = 0; band < NumMelBins; band++)
                weights[(bin * NumMelBins) + band] = Math.Max(0, 1 - Math.Abs(place - (band + 1)));
        }

        return Tensor.From(weights, [bins, NumMelBins]);

        static double Mel(double hertz) => 1127 * Math.Log(1 + (hertz / 700));
    }
}
