using System.Text.Json;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class WavFileTests
{
    // Golden/make_wav_golden.py: what SciPy reads.
    private static readonly JsonDocument Golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "wav.json")));

    public static TheoryData<string> Names => [.. Golden.RootElement.EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];

    private static byte[] Int16 => Case("int16").GetProperty("file").GetBytesFromBase64();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_form_is_read_as_SciPy_reads_it(string name)
    {
        JsonElement expected = Case(name);

        (Tensor samples, int rate) = WavFile.Decode(expected.GetProperty("file").GetBytesFromBase64());

        Assert.Equal(expected.GetProperty("rate").GetInt32(), rate);
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(one => one.GetInt32()), [samples.Shape[0], samples.Shape[1]]);
        Assert.Equal(expected.GetProperty("values").EnumerateArray().Select(one => one.GetSingle()), samples.ToArray<float>());
    }

    [Fact]
    public void Other_files_are_told()
    {
        AssertTold("no WAV file", "hello, I am a text"u8.ToArray());
        AssertTold("no WAV file", []);
        AssertTold("cut off", Int16[..^3]);
        AssertTold("without a part named \"data\"", Int16[..36]);
        byte[] compressed = Int16;
        compressed[20] = 2;
        AssertTold("form 2 with 16 bits", compressed);
        byte[] silent = Int16;
        silent[22] = 0;
        AssertTold("0 channels", silent);

        static void AssertTold(string part, byte[] bytes) => Assert.Contains(part, Assert.Throws<InvalidDataException>(() => WavFile.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_bytes_give_sound_or_an_error()
    {
        Random random = new(1);
        foreach (string name in Names)
        {
            for (int i = 0; i < 2000; i++)
            {
                byte[] bytes = Case(name).GetProperty("file").GetBytesFromBase64();
                for (int change = random.Next(1, 6); change > 0; change--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                try
                {
                    WavFile.Decode(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
                }
                catch (InvalidDataException)
                {
                    // What a broken file gives.
                }
            }
        }
    }

    [Fact]
    public void Spoken_digits_are_named_by_their_files()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("without .wav files", Assert.Throws<InvalidDataException>(() => SpokenDigit.Read(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(folder["7_anna_12.wav"], Int16);
        File.WriteAllBytes(folder["0_bruno_4.wav"], Int16);

        IReadOnlyList<SpokenDigit> digits = SpokenDigit.Read(folder.Path);

        Assert.Equal([(0, "bruno", 4, true), (7, "anna", 12, false)], digits.Select(one => (one.Digit, one.Speaker, one.Index, one.IsTest)));
        Assert.Equal([0, 1 / 32768f, -1 / 32768f], digits[0].Fitted(3));
        Assert.Equal([0, 0], digits[0].Fitted(9)[7..]);

        File.WriteAllBytes(folder["12_anna_1.wav"], Int16);
        Assert.Contains("12_anna_1.wav: expected a name such as", Assert.Throws<InvalidDataException>(() => SpokenDigit.Read(folder.Path)).Message, StringComparison.Ordinal);
        File.Move(folder["12_anna_1.wav"], folder["1_anna_1.wav"]);
        File.WriteAllBytes(folder["1_anna_1.wav"], Case("int16 of two channels").GetProperty("file").GetBytesFromBase64());
        Assert.Contains("received 2 channels; expected one", Assert.Throws<InvalidDataException>(() => SpokenDigit.Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("at most 10", Assert.Throws<InvalidDataException>(() => WavFile.Read(folder["7_anna_12.wav"], limit: 10)).Message, StringComparison.Ordinal);
    }

    private static JsonElement Case(string name) => Golden.RootElement.EnumerateArray().First(one => one.GetProperty("name").GetString() == name);
}
