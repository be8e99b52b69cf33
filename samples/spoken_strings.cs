#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
// Strings of spoken digits by a bidirectional LSTM and connectionist temporal classification: the labels do not say where a digit begins.  dotnet run -c Release samples/spoken_strings.cs
// With a folder of the Free Spoken Digit Dataset's WAV files ({digit}_{speaker}_{index}.wav, CC BY-SA 4.0) as an argument: three to five recordings are joined, for the test those
// of the unseen indices 0 to 4. Without, generated tones.
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Text.Metrics;
using Laminet.Training;
using Laminet.Zoo.Datasets;

string? folder = args.FirstOrDefault(argument => !int.TryParse(argument, out _));
int epochs = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, folder is null ? 12 : 30);
const int Most = 5, Length = 20_000, Window = 256, Step = 160, Bands = 40, Strings = 960, Blank = 0;
IReadOnlyList<SpokenDigit> recordings = folder is null ? Generated() : [.. SpokenDigit.Read(folder).Select(one => one with { Sound = one.Fitted(one.Sound.Length) })];
SpokenDigit[] seen = [.. recordings.Where(recording => !recording.IsTest)], unseen = [.. recordings.Where(recording => recording.IsTest)];
var random = new Random(1);
var mel = new MelSpectrogram(fftLength: Window, sequenceStride: Step, sequenceLength: Window, samplingRate: 8000, numMelBins: Bands, minFreq: 60, maxFreq: 4000);

(Tensor X, Tensor Y) Draw(SpokenDigit[] from, int count)
{
    float[] sounds = new float[count * Length];
    int[] labels = new int[count * Most];
    for (int i = 0; i < count; i++)
    {
        int at = random.Next(400), digits = random.Next(3, Most + 1);
        for (int d = 0; d < digits; d++)
        {
            (float[] sound, int digit, _, _) = from[random.Next(from.Length)];
            int room = Math.Min(sound.Length, Length - at);
            // A digit that is cut off would be a label without its sound.
            if (room < sound.Length)
                break;
            sound.CopyTo(sounds.AsSpan((i * Length) + at));
            labels[(i * Most) + d] = digit + 1;
            at += sound.Length + random.Next(100, 500);
        }
    }

    return (mel.Call(Tensor.From(sounds, [count, Length])).Transpose(0, 2, 1) / 80, Tensor.From(labels, [count, Most]));
}

(Tensor testX, Tensor testY) = Draw(unseen, 300);
Console.WriteLine($"{seen.Length} recordings to learn from, {unseen.Length} to test; {testX.Shape[1]} steps of {Bands} bands a string");
var model = new Sequential(seed: 1,
    new Input([testX.Shape[1], Bands]), new Conv1D(64, 5, strides: 2, padding: Padding.Same, activation: "relu"),
    new Bidirectional(new LSTM(64, returnSequences: true)), new Dropout(0.2), new Dense(11));
model.Compile(new Adam(0.003) { GlobalClipNorm = 1 }, new CTC());
for (int epoch = 1; epoch <= epochs; epoch++)
{
    (Tensor x, Tensor y) = Draw(seen, Strings);
    double loss = model.Fit(x, y, batchSize: 32, epochs: 1)["loss"][0];
    if (epoch % 5 == 0 || epoch == epochs)
        Console.WriteLine($"epoch {epoch}: loss {loss:F3}, digit error on new strings {Errors():P1}");
}

Console.WriteLine($"{model.ParameterCount} parameters: digit error {Errors():P1}");

// Edit distance over the number of digits spoken.
double Errors()
{
    (Tensor heard, _) = CtcDecoding.Greedy(model.Predict(testX));
    return ErrorRate.Characters(Digits(heard), Digits(testY));
}

static string[] Digits(Tensor rows) => [.. rows.ToArray<int>().Chunk(rows.Shape[^1]).Select(row => string.Concat(row.Where(digit => digit > Blank).Select(digit => digit - 1)))];

// Ten pairs of tones of different lengths.
static SpokenDigit[] Generated()
{
    Random random = new(1);
    return [.. Enumerable.Range(0, 300).Select(i =>
    {
        int digit = i % 10;
        double low = 300 + (60 * digit) + random.Next(-8, 8), high = 2500 - (150 * digit);
        float[] sound = [.. Enumerable.Range(0, random.Next(1800, 3200)).Select(t => (float)(Math.Sin(2 * Math.PI * low * t / 8000) + (0.5 * Math.Sin(2 * Math.PI * high * t / 8000)) + (0.1 * random.NextDouble())))];
        return new SpokenDigit(sound, digit, "tones", i >= 250 ? 0 : i + 5);
    })];
}
