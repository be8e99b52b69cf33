using Laminet.Tensors;
using static Laminet.Verification.Tests.Onnx.OnnxRow;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Fourier transforms, windows and the matrix of mel bands. A complex tensor has its parts along a last axis of 2.</summary>
internal static class OnnxSignals
{
    public static IEnumerable<OnnxRow> Rows =>
    [
        Of("BlackmanWindow", e => Tensor.FromWindow(SignalWindow.Blackman, e.Whole(0)![0], e.Flag("periodic", true)).Cast(e.Type("output_datatype", DType.Float32))),
        Of("HammingWindow", e => Hamming(e.Whole(0)![0], e.Flag("periodic", true)).Cast(e.Type("output_datatype", DType.Float32))),
        Of("HannWindow", e => Tensor.FromWindow(SignalWindow.Hann, e.Whole(0)![0], e.Flag("periodic", true)).Cast(e.Type("output_datatype", DType.Float32))),
        Of("DFT", Dft),
        Of("STFT", Stft),
        Of("MelWeightMatrix", MelWeightMatrix),
    ];

    // ONNX's weights are 25/46 and 21/46, NumPy's and ours 0.54 and 0.46.
    private static Tensor Hamming(int length, bool periodic) => (25.0 / 46) - ((Tensor.ARange(0, length, dtype: DType.Float64) * (2 * Math.PI / (periodic ? length : length - 1))).Cos() * (21.0 / 46));

    private static Tensor Dft(OnnxExample e)
    {
        int axis = OnnxReductions.Axis(e.Maybe(2) is null ? e.Int("axis", e.Count > 2 ? -2 : 1) : e.Whole(2)![0], e.X.Rank);
        bool inverse = e.Flag("inverse"), onesided = e.Flag("onesided"), complex = e.X.Shape[^1] == 2;
        Tensor x = e.X.MoveAxis(axis, -2);
        if (inverse && onesided)
            return Tensor.IRFFT(x.At(0, -1), x.At(1, -1), e.Whole(1)?[0]).ExpandDims(-1).MoveAxis(-2, axis);
        int length = e.Whole(1)?[0] ?? x.Shape[^2];
        x = x.Shape[^2] >= length ? x.Slice(0, length, axis: x.Rank - 2) : x.Pad([.. Enumerable.Range(0, x.Rank).Select(i => (0, i == x.Rank - 2 ? length - x.Shape[^2] : 0))]);
        Tensor real = x.At(0, -1), imaginary = complex ? x.At(1, -1) : real.ZerosLike();
        (Tensor re, Tensor im) = inverse ? Tensor.IFFT(real, imaginary) : onesided ? real.RFFT() : Tensor.FFT(real, imaginary);
        return Tensor.ViewAsReal(re, im).MoveAxis(-2, axis);
    }

    private static Tensor Stft(OnnxExample e)
    {
        int step = e.Whole(1)![0], length = e.Whole(3)?[0] ?? e.In(2).Length;
        Tensor frames = e.X.Squeeze(-1).Frames(length, step);
        frames = e.Maybe(2) is Tensor window ? frames * window : frames;
        (Tensor re, Tensor im) = e.Flag("onesided", true) ? frames.RFFT() : Tensor.FFT(frames, frames.ZerosLike());
        return Tensor.ViewAsReal(re, im);
    }

    // Triangles between borders that are whole bins: each rises from the border before to its own and falls to the next.
    private static Tensor MelWeightMatrix(OnnxExample e)
    {
        int bands = e.Whole(0)![0], length = e.Whole(1)![0];
        double rate = e.In(2).ToDouble(), low = Mel(e.In(3).ToDouble()), high = Mel(e.In(4).ToDouble());
        Tensor mels = (Tensor.ARange(0, bands + 2, dtype: DType.Float64) * ((high - low) / (bands + 2))) + low;
        Tensor borders = (((mels * (Math.Log(10) / 2595)).Exp() - 1) * 700 * (length + 1)).FloorDivide(rate);
        Tensor before = borders.Slice(0, bands), middle = borders.Slice(1, bands + 1), after = borders.Slice(2), bins = Tensor.ARange(0, (length / 2) + 1, dtype: DType.Float64).ExpandDims(1);
        Tensor rising = Tensor.Where(middle.Equal(before), bins.Equal(middle).Cast(DType.Float64), (bins - before).DivideNoNan(middle - before));
        Tensor falling = Tensor.Where(after.Equal(middle), bins.Equal(middle).Cast(DType.Float64) * rising, (after - bins).DivideNoNan(after - middle));
        Tensor weights = Tensor.Where(bins.Less(middle), rising, falling).Relu();
        return weights.Cast(e.Type("output_datatype", DType.Float32));
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));
}
