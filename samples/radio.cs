#:project ../src/Laminet/Laminet.csproj
// Radio signals: which modulation is it? A 1-D convnet on 128 complex samples with noise, after O'Shea, Corgan and Clancy (2016).  dotnet run -c Release samples/radio.cs
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 8;
const int Samples = 128, PerSymbol = 8, Train = 6000, Test = 3000;
string[] kinds = ["BPSK", "QPSK", "8PSK", "16QAM", "FSK", "AM"];
Random random = new(1);
(float[] Signal, int Kind, int Decibels)[] signals = [.. Enumerable.Range(0, Train + Test).Select(i => Draw(i % kinds.Length, random.Next(0, 4) * 6))];
Tensor x = Tensor.From([.. signals.SelectMany(signal => signal.Signal)], [signals.Length, Samples, 2]), y = Tensor.From([.. signals.Select(signal => signal.Kind)], [signals.Length]);

var model = new Sequential(seed: 1,
    new Input([Samples, 2]),
    new Conv1D(32, 7, padding: Padding.Same, activation: "relu"), new MaxPooling1D(2),
    new Conv1D(48, 5, padding: Padding.Same, activation: "relu"), new MaxPooling1D(2),
    new Conv1D(64, 3, padding: Padding.Same, activation: "relu"), new GlobalAveragePooling1D(),
    new Dropout(0.2), new Dense(64, "relu"), new Dense(kinds.Length, "softmax"));
model.Compile(new Adam(0.002), "sparse_categorical_crossentropy", ["accuracy"]);
model.Fit(x.Slice(0, Train), y.Slice(0, Train), batchSize: 64, epochs: epochs, callbacks: [new ProgressBar()]);
int[] guesses = model.Predict(x.Slice(Train), batchSize: 256).ArgMax(-1).ToArray<int>();
foreach (int decibels in (int[])[0, 6, 12, 18])
{
    int[] at = [.. Enumerable.Range(0, Test).Where(i => signals[Train + i].Decibels == decibels)];
    Console.WriteLine($"{decibels,2} dB above the noise: {at.Count(i => guesses[i] == signals[Train + i].Kind) / (double)at.Length:P0} right");
}

Console.WriteLine($"test accuracy {guesses.Where((guess, i) => guess == signals[Train + i].Kind).Count() / (double)Test:F3} ({kinds.Length} kinds)");

// Symbols at a random phase and a small frequency error; unit power before the noise.
(float[], int, int) Draw(int kind, int decibels)
{
    (double Re, double Im)[] points = kinds[kind] switch
    {
        "16QAM" => [.. Enumerable.Range(0, 16).Select(i => (((i % 4) - 1.5) / 1.118, ((i / 4) - 1.5) / 1.118))],
        _ => [.. Enumerable.Range(0, kind == 0 ? 2 : kind == 1 ? 4 : 8).Select(i => Math.SinCos(2 * Math.PI * i / (kind == 0 ? 2 : kind == 1 ? 4 : 8))).Select(pair => (pair.Cos, pair.Sin))],
    };
    double phase = random.NextDouble() * 2 * Math.PI, drift = (random.NextDouble() - 0.5) * 0.02, noise = Math.Pow(10, -decibels / 20.0) / Math.Sqrt(2), turned = 0, tone = (0.05 + (0.05 * random.NextDouble())) * 2 * Math.PI;
    int offset = random.Next(PerSymbol);
    float[] signal = new float[2 * Samples];
    (double re, double im) = (1.0, 0.0);
    double turn = 0;
    for (int t = 0; t < Samples; t++)
    {
        if (t == 0 || (t + offset) % PerSymbol == 0)
        {
            (re, im) = points[random.Next(points.Length)];
            turn = random.Next(2) == 0 ? 0.35 : -0.35;
        }

        turned += turn;
        (double a, double b) = kinds[kind] switch
        {
            "FSK" => (Math.Cos(turned), Math.Sin(turned)),
            "AM" => ((1 + (0.7 * Math.Sin(tone * t))) / 1.116, 0),
            _ => (re, im),
        };
        (double sin, double cos) = Math.SinCos(phase + (drift * t));
        signal[2 * t] = (float)((a * cos) - (b * sin) + (noise * Gauss()));
        signal[(2 * t) + 1] = (float)((a * sin) + (b * cos) + (noise * Gauss()));
    }

    return (signal, kind, decibels);
}

double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
