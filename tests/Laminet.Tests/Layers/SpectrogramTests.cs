using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Tests.Layers;

/// <summary>Wrong settings of spectrograms; their numbers are checks of Laminet.Verification.</summary>
public class SpectrogramTests
{
    [Fact]
    public void Wrong_settings_are_told()
    {
        Assert.Contains("Received frameStep = 9; expected 1 to frameLength.", Assert.Throws<ArgumentOutOfRangeException>(() => new STFTSpectrogram(frameLength: 8, frameStep: 9)).Message);
        Assert.Contains("Received fftLength = 4; expected frameLength or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new STFTSpectrogram(frameLength: 8, fftLength: 4)).Message);
        Assert.Contains("expected (batch, samples, channels). Signals of one channel need an axis for it: ExpandDims(-1).",
            Assert.Throws<ShapeException>(() => new STFTSpectrogram().Call(Tensor.Zeros([2, 300]))).Message);
        Assert.Contains("Received maxFreq = 10; expected a frequency above minFreq.", Assert.Throws<ArgumentOutOfRangeException>(() => new MelSpectrogram(maxFreq: 10)).Message);
        Assert.Contains("received the shape (3,); expected (frame, 1, bins) or (frame, bins).", Assert.Throws<ShapeException>(() => new STFTInitializer().Call([3], new RandomKey(1))).Message);
    }
}
