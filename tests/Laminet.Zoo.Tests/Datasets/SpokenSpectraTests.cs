using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class SpokenSpectraTests
{
    private const int Frames = 101;

    [Fact]
    public void Each_band_varies_by_1_about_0()
    {
        SpokenDigit[] noise = [.. Enumerable.Range(1, 5).Select(number => Noise(number, 8000))];
        SpokenSpectra spectra = new(noise);
        Tensor x = spectra.Of(noise);
        Assert.Equal(new Shape(5, Frames, SpokenSpectra.Bands), x.Shape);
        Assert.InRange(x.Mean([0, 1]).Abs().Max().ToDouble(), 0, 1e-4);
        Assert.InRange((x.Square().Mean([0, 1]) - 1).Abs().Max().ToDouble(), 0, 1e-3);
        // In decibels below the loudest: 0 is the most, and there is one in each recording.
        Tensor levels = (x * spectra.Deviations) + spectra.Means;
        Assert.InRange(levels.Max([1, 2]).Abs().Max().ToDouble(), 0, 1e-3);
        Assert.InRange(levels.Min().ToDouble(), -60.001, -20);
    }

    // 8,000 samples are 100 steps, of which 1/8 ends with the twelfth; 4,000 are 50; of 200 samples, two steps, the first is read again and again.
    [Fact]
    public void Readings_are_those_of_eight_times_of_each_recording()
    {
        SpokenDigit[] sounds = [Noise(1, 8000), Noise(2, 4000), Noise(3, 200), Noise(4, 0)];
        SpokenSpectra spectra = new(sounds[..2]);
        Tensor numbers = Tensor.Range(0, Frames).Cast(DType.Float32).Reshape([1, -1, 1]);
        Tensor readings = spectra.Readings(sounds, x => numbers.BroadcastTo([x.Shape[0], Frames, 1]) + (1000 * Tensor.Range(0, x.Shape[0]).Cast(DType.Float32).Reshape([-1, 1, 1])));
        Assert.Equal(new Shape(4, 8), readings.Shape);
        Assert.Equal([11, 24, 36, 49, 61, 74, 86, 99], readings.At(0).ToArray<float>());
        Assert.Equal([1005, 1011, 1017, 1024, 1030, 1036, 1042, 1049], readings.At(1).ToArray<float>());
        Assert.Equal([2000, 2000, 2000, 2000, 2000, 2000, 2000, 2001], readings.At(2).ToArray<float>());
        Assert.Equal([3000, 3000, 3000, 3000, 3000, 3000, 3000, 3000], readings.At(3).ToArray<float>());
    }

    [Fact]
    public void Silence_is_told()
    {
        Assert.Contains("received no recording; expected at least one.", Assert.Throws<ArgumentException>(() => new SpokenSpectra([])).Message, StringComparison.Ordinal);
        Assert.Contains("in 2 recordings a band is always as loud", Assert.Throws<ArgumentException>(() => new SpokenSpectra([Noise(1, 0), Noise(2, 0)])).Message, StringComparison.Ordinal);
    }

    private static SpokenDigit Noise(int seed, int length)
    {
        Random random = new(seed);
        return new([.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)], seed, "noise", 7);
    }
}
