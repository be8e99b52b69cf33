using System.Globalization;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>
/// A recording of a spoken digit, as the Free Spoken Digit Dataset has them (Jackson et al., 2018, CC BY-SA 4.0): files named {digit}_{speaker}_{index}.wav, 8,000 samples a second, one channel.
/// Its description makes indices 0 to 4 of each speaker the test part.
/// </summary>
/// <param name="Sound">Samples from -1 to 1.</param>
/// <param name="Digit">0 to 9.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Index">Which of the speaker's recordings of the digit.</param>
public sealed record SpokenDigit(float[] Sound, int Digit, string Speaker, int Index)
{
    private const int FirstOfTraining = 5;

    /// <summary>Whether it belongs to the test part.</summary>
    public bool IsTest => Index < FirstOfTraining;

    /// <summary>The recordings of a folder, by the names of their files.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidDataException">A file's name has another form, it has several channels, or it is no sound; the message names the file. Or there are none.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<SpokenDigit> Read(string folder)
    {
        SpokenDigit[] all = [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal).Select(ReadFile)];
        return all.Length > 0 ? all : throw new InvalidDataException($"{folder}: received a folder without .wav files; expected recordings named {{digit}}_{{speaker}}_{{index}}.wav.");
    }

    /// <summary>The first samples of the recording, the loudest of which becomes 1; zeros follow where it is shorter.</summary>
    /// <param name="length">How many samples.</param>
    public float[] Fitted(int length)
    {
        Setting.Require(length, length >= 1, "1 or more");
        float[] fitted = new float[length];
        Sound.AsSpan(0, Math.Min(length, Sound.Length)).CopyTo(fitted);
        float peak = Sound.Length > 0 ? Math.Max(1e-6f, Sound.Max(Math.Abs)) : 1;
        System.Numerics.Tensors.TensorPrimitives.Divide(fitted, peak, fitted);
        return fitted;
    }

    private static SpokenDigit ReadFile(string path)
    {
        string[] parts = Path.GetFileNameWithoutExtension(path).Split('_');
        if (parts is not [[>= '0' and <= '9'] digit, var speaker, var index] || !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            throw new InvalidDataException($"{path}: expected a name such as 7_jackson_12.wav: digit, speaker, index.");
        (Tensor samples, _) = WavFile.Read(path);
        return samples.Shape[1] == 1
            ? new(samples.ToArray<float>(), digit[0] - '0', speaker, number)
            : throw new InvalidDataException($"{path}: received {samples.Shape[1]} channels; expected one.");
    }
}
