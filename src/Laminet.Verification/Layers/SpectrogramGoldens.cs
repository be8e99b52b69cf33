using System.Text.Json.Nodes;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Spectra against PyTorch's numbers and Keras's formulas (Golden/make_signal_golden.py), in float64.</summary>
internal static class SpectrogramGoldens
{
    private static readonly JsonObject Expected = GoldenFile.Json("signal.json");

    /// <summary>The checks of the operations beneath the layers.</summary>
    public static IEnumerable<Check> All() =>
        from number in Enumerable.Range(0, Expected["stft"]!.AsArray().Count)
        from name in (string[])["STFT", "ISTFT"]
        select new Check(Family.Operations, name, CheckKind.Value, $"row {number} of STFT and ISTFT is PyTorch's", _ => STFT_and_ISTFT_are_PyTorchs(number));

    private static void STFT_and_ISTFT_are_PyTorchs(int number)
    {
        JsonNode row = Expected["stft"]![number]!;
        (int length, int stride, int fft, bool center) = (Whole(row, "length"), Whole(row, "stride"), Whole(row, "fft"), Truth(row, "center"));
        SignalWindow window = Enum.Parse<SignalWindow>(Text(row, "window"), ignoreCase: true);
        Tensor x = new Lcg(1).Tensor([2, 50], minus: 0.5);
        (Tensor real, Tensor imaginary) = x.STFT(length, stride, fft, window, center);
        Near.Equal(row.Numbers("real"), real, 1e-13);
        Near.Equal(row.Numbers("imaginary"), imaginary, 1e-13);
        if (!center)
            return;
        Tensor scale = Tensor.Range(1, real.Shape[-1] + 1, DType.Float64);
        Near.Equal(row.Numbers("back"), Tensor.ISTFT(real * scale, imaginary * scale, length, stride, fft, window: window), 1e-11);
        Expect.Equal(new Shape(2, 47), Tensor.ISTFT(real, imaginary, length, stride, fft, 47, window).Shape);
    }

    [Verifies(typeof(STFTSpectrogram), 0)]
    [Verifies(typeof(STFTSpectrogram), 1)]
    [Verifies(typeof(STFTSpectrogram), 2)]
    [Verifies(typeof(STFTSpectrogram), 3)]
    [Verifies(typeof(STFTSpectrogram), 4)]
    [Verifies(typeof(STFTSpectrogram), 5)]
    [Verifies(typeof(STFTSpectrogram), 6)]
    public static void STFTSpectrogram_is_Kerass(int number)
    {
        JsonNode row = Expected["spectrogram"]![number]!;
        STFTSpectrogram layer = new(Enum.Parse<SpectrogramMode>(Text(row, "mode"), true), Whole(row, "frame"), Whole(row, "step"), Whole(row, "fft"),
            Enum.Parse<SignalWindow>(Text(row, "window"), true), Truth(row, "periodic"), Enum.Parse<WindowScaling>(Text(row, "scaling"), true),
            Text(row, "padding") == "same" ? Padding.Same : Padding.Valid, Truth(row, "expand"))
        { DType = DType.Float64 };
        Tensor y = layer.Call(new Lcg(2).Tensor([2, 41, 2], minus: 0.5));
        Expect.Equal(row.Shape("shape"), y.Shape);
        if (layer.Mode == SpectrogramMode.Angle)
        {
            // -pi and pi are one angle.
            Tensor expected = Tensor.From(row.Numbers("y").ToArray(), y.Shape);
            Near.Equal(expected.Cos().ToArray<double>(), y.Cos(), 1e-10);
            Near.Equal(expected.Sin().ToArray<double>(), y.Sin(), 1e-10);
            return;
        }

        Near.Equal(row.Numbers("y"), y, 1e-10);
        if (number == 0)
        {
            // Half a frame and the next power of two by default.
            Near.Equal(row.Numbers("y"), new STFTSpectrogram(frameLength: 16) { DType = DType.Float64 }.Call(new Lcg(2).Tensor([2, 41, 2], minus: 0.5)), 1e-10);
        }
    }

    [Verifies(typeof(MelSpectrogram), 0)]
    [Verifies(typeof(MelSpectrogram), 1)]
    [Verifies(typeof(MelSpectrogram), 2)]
    public static void MelSpectrogram_is_Kerass(int number)
    {
        JsonNode row = Expected["mel"]![number]!;
        MelSpectrogram layer = new(Whole(row, "fft"), Whole(row, "stride"), Whole(row, "length"), Enum.Parse<SignalWindow>(Text(row, "window"), true), Whole(row, "rate"), Whole(row, "count"),
            Real(row, "low"), Real(row, "high"), Truth(row, "decibels"), Real(row, "top"), Real(row, "exponent"), Real(row, "least"), Real(row, "reference"))
        { DType = DType.Float64 };
        Tensor x = new Lcg(3).Tensor([2, 300], minus: 0.5), y = layer.Call(x);
        Expect.Equal(row.Shape("shape"), y.Shape);
        Near.Equal(row.Numbers("y"), y, 1e-9);
        // One signal without a batch; what lies topDb below is cut at its own peak.
        if (!layer.PowerToDb)
            Near.Equal([.. row.Numbers("y").Take(y.Length / 2)], layer.Call(x.At(0)), 1e-9);
    }

    private static int Whole(JsonNode row, string key) => row[key]!.GetValue<int>();

    private static double Real(JsonNode row, string key) => row[key]!.GetValue<double>();

    private static bool Truth(JsonNode row, string key) => row[key]!.GetValue<bool>();

    private static string Text(JsonNode row, string key) => row[key]!.GetValue<string>();
}
