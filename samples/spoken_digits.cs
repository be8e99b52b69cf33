#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// Spoken digits: a 1-D convnet on the samples, and a GRU over spectrograms.  dotnet run -c Release samples/spoken_digits.cs
// With a folder of the Free Spoken Digit Dataset's WAV files ({digit}_{speaker}_{index}.wav, CC BY-SA 4.0) as an argument: indices 0 to 4 are the test part. Without, generated tones.
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Zoo.Datasets;

string? folder = args.FirstOrDefault(argument => !int.TryParse(argument, out _));
int epochs = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, 6);
const int Length = 8000, Window = 256, Step = 80, Bands = 48, Copies = 4;
IReadOnlyList<SpokenDigit> recordings = folder is null ? Generated() : SpokenDigit.Read(folder);
SpokenDigit[] learned = [.. recordings.Where(recording => !recording.IsTest)];
Random random = new(1);
// Beside each recording, copies spoken earlier or later, faster or slower, with some noise.
(Tensor x, Tensor y) = Part([.. learned, .. Enumerable.Range(0, Copies).SelectMany(_ => learned).Select(recording => recording with { Sound = Changed(recording.Sound) })]);
(Tensor testX, Tensor testY) = Part([.. recordings.Where(recording => recording.IsTest)]);
Console.WriteLine($"{learned.Length} recordings to learn from, each in {Copies + 1} forms, and {testX.Shape[0]} to test");

var convnet = new Sequential(seed: 1,
    new Input([Length, 1]),
    new Conv1D(32, 80, strides: 4, activation: "relu"), new BatchNormalization(momentum: 0.9), new MaxPooling1D(4),
    new Conv1D(64, 5, padding: Padding.Same, activation: "relu"), new BatchNormalization(momentum: 0.9), new MaxPooling1D(4),
    new Conv1D(96, 5, padding: Padding.Same, activation: "relu"), new BatchNormalization(momentum: 0.9), new MaxPooling1D(4),
    new Conv1D(128, 3, padding: Padding.Same, activation: "relu"), new BatchNormalization(momentum: 0.9), new GlobalMaxPooling1D(), new Dropout(0.3), new Dense(10, "softmax"));
Report("convnet on samples", convnet, x.Reshape([-1, Length, 1]), testX.Reshape([-1, Length, 1]));

// Log-mel spectrograms are computed once, by a layer that the model could contain as well.
var hearing = new Sequential(
    new Input([Length]), new MelSpectrogram(fftLength: Window, sequenceStride: Step, sequenceLength: Window, samplingRate: 8000, numMelBins: Bands, minFreq: 60, maxFreq: 4000),
    new Permute([2, 1]), new Rescaling(1 / 80.0));
Tensor spectra = hearing.Predict(x), testSpectra = hearing.Predict(testX);
var recurrent = new Sequential(seed: 1, new Input([spectra.Shape[1], Bands]), new BatchNormalization(momentum: 0.9), new GRU(96, returnSequences: true, dropout: 0.2), new GRU(96), new Dropout(0.3), new Dense(10, "softmax"));
Report("GRU over spectrograms", recurrent, spectra, testSpectra);

void Report(string name, Model model, Tensor inputs, Tensor testInputs)
{
    model.Compile(new Adam(new CosineDecay(0.002, epochs * (int)inputs.Shape[0] / 64, alpha: 0.01)) { GlobalClipNorm = 1 }, "sparse_categorical_crossentropy", ["accuracy"]);
    model.Fit(inputs, y, batchSize: 64, epochs: epochs, callbacks: [new ProgressBar()]);
    Console.WriteLine($"{name}, {model.ParameterCount} parameters: test accuracy {model.Evaluate(testInputs, testY)["accuracy"]:F4}");
}

(Tensor, Tensor) Part(SpokenDigit[] part) =>
    (Tensor.From([.. part.SelectMany(item => item.Fitted(Length))], [part.Length, Length]), Tensor.From([.. part.Select(item => item.Digit)], [part.Length]));

float[] Changed(float[] sound)
{
    double speed = 0.9 + (0.2 * random.NextDouble()), noise = 0.02 * random.NextDouble() * sound.Max(Math.Abs);
    int shift = random.Next(1200);
    float[] changed = new float[shift + (int)(sound.Length / speed) - 1];
    for (int i = 0; i < changed.Length; i++)
    {
        double place = (i - shift) * speed;
        int before = (int)place;
        changed[i] = (float)(noise * ((2 * random.NextDouble()) - 1));
        if (place >= 0 && before + 1 < sound.Length)
            changed[i] += (float)double.Lerp(sound[before], sound[before + 1], place - before);
    }

    return changed;
}

// Ten pairs of tones, at any moment, with noise.
static SpokenDigit[] Generated()
{
    Random random = new(1);
    return [.. Enumerable.Range(0, 600).Select(i =>
    {
        int digit = i % 10, start = random.Next(3000), length = random.Next(2500, 4500);
        double low = 300 + (60 * digit) + random.Next(-10, 10), high = 2500 - (150 * digit);
        float[] sound = new float[Length];
        for (int t = 0; t < sound.Length; t++)
        {
            double tone = t >= start && t < start + length ? Math.Sin(2 * Math.PI * low * t / 8000) + (0.5 * Math.Sin(2 * Math.PI * high * t / 8000)) : 0;
            sound[t] = (float)(tone + (0.2 * (random.NextDouble() - 0.5)));
        }

        return new SpokenDigit(sound, digit, "tones", i >= 500 ? 0 : i + 5);
    })];
}
