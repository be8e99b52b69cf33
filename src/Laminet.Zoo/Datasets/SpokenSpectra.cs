using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Datasets;

/// <summary>
/// The first second of recordings as spectra, a frame of 40 mel bands each hundredth of a second, in decibels below the loudest of the recording, down to 60. All bands of what was learned from have together the mean 0, and the variance 1.
/// </summary>
/// <example><code>
/// SpokenDigit[] learned = [.. SpokenDigit.Read("recordings").Where(one => !one.IsTest)];
/// SpokenSpectra spectra = new(learned);
/// LiquidStateMachine liquid = new(SpokenSpectra.Bands, 6, 6, 6, inputScale: 2, inputShare: 0.15);
/// Tensor x = spectra.Readings(learned, sounds => liquid.Run(sounds).Traces);      // (recordings, 8 x 216), for a classifier
/// </code></example>
public sealed class SpokenSpectra
{
    /// <summary>How many numbers a frame has.</summary>
    public const int Bands = 40;

    private const int Length = 8000, Step = 80, Times = 8, Part = 250;

    private readonly Sequential ear = new(
        new Input([Length]), new MelSpectrogram(fftLength: 256, sequenceStride: Step, sequenceLength: 256, samplingRate: 8000, numMelBins: Bands, minFreq: 60, maxFreq: 4000), new Permute([2, 1]));

    /// <summary>Measures each band.</summary>
    /// <param name="learned">The recordings to learn from.</param>
    /// <exception cref="ArgumentException">There are none, or a band does not vary.</exception>
    public SpokenSpectra(IReadOnlyList<SpokenDigit> learned)
    {
        Tensor spectra = Levels(learned);
        Means = spectra.Mean([0, 1]);
        Deviations = (spectra - Means).Square().Mean([0, 1]).Sqrt();
        if (Deviations.Min().ToDouble() == 0)
            throw new ArgumentException($"{nameof(SpokenSpectra)}: in {learned.Count} recordings a band is always as loud; expected recordings of speech. These may be silent.", nameof(learned));
    }

    /// <summary>The mean of each band in decibels, (bands,).</summary>
    public Tensor Means { get; }

    /// <summary>The deviation of each band in decibels, (bands,).</summary>
    public Tensor Deviations { get; }

    /// <summary>The spectra of recordings.</summary>
    /// <param name="recordings">The recordings.</param>
    /// <returns>Float32 (recordings, frames, bands).</returns>
    public Tensor Of(IReadOnlyList<SpokenDigit> recordings) => (Levels(recordings) - Means) / Deviations;

    /// <summary>What a reader sees at eight times of each recording, evenly over it, the last one its end.</summary>
    /// <param name="recordings">The recordings.</param>
    /// <param name="states">What the spectra of some of them become, (recordings, frames, numbers), such as the traces of a liquid.</param>
    /// <returns>(recordings, 8 times all numbers).</returns>
    public Tensor Readings(IReadOnlyList<SpokenDigit> recordings, Func<Tensor, Tensor> states)
    {
        Require(recordings);
        ArgumentNullException.ThrowIfNull(states);
        List<Tensor> rows = [];
        foreach (SpokenDigit[] part in recordings.Chunk(Part))
        {
            Tensor all = states(Of(part));
            int frames = all.Shape[1];
            // Of a recording shorter than eight frames the first are read again.
            int[] times = [.. part.Index().SelectMany(one => Enumerable.Range(1, Times).Select(time => (one.Index * frames) + Math.Max(0, (Math.Min(frames, one.Item.Sound.Length / Step) * time / Times) - 1)))];
            rows.Add(all.Reshape([-1, all.Shape[2]]).Gather(Tensor.From(times)).Reshape([part.Length, -1]));
        }

        return Tensor.Concatenate([.. rows], 0);
    }

    private static void Require(IReadOnlyList<SpokenDigit> recordings)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        if (recordings.Count == 0)
            throw new ArgumentException($"{nameof(SpokenSpectra)}: received no recording; expected at least one.", nameof(recordings));
    }

    private Tensor Levels(IReadOnlyList<SpokenDigit> recordings)
    {
        Require(recordings);
        Tensor levels = ear.Predict(Tensor.From([.. recordings.SelectMany(one => one.Fitted(Length))], [recordings.Count, Length]));
        return (levels - levels.Max([1, 2], keepDims: true)).Clip(-60.0, 0.0);
    }
}
