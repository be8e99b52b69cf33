#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// A liquid state machine hears digits: spectra stir a column of spiking neurons that learn nothing, and a linear classifier reads their filtered spikes.  dotnet run -c Release samples/liquid_state.cs
// (Maass, Natschläger and Markram, "Real-time computing without stable states", 2002.)
// Arguments: a folder of the Free Spoken Digit Dataset's WAV files, indices 0 to 4 the test part, or - for generated tones; neurons a side; a folder for the picture.
using System.Diagnostics;
using Laminet.Estimators;
using Laminet.Tensors;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Tasks;

string? data = args.Length > 0 && args[0] != "-" ? args[0] : null;
int side = args.Length > 1 ? int.Parse(args[1]) : 6;
string folder = Directory.CreateDirectory(args.Length > 2 ? args[2] : "liquid_state").FullName;
// Products of a column this small are too little work to share.
Engine.Threads = 1;

IReadOnlyList<SpokenDigit> recordings = data is null ? Generated() : SpokenDigit.Read(data);
SpokenDigit[] learned = [.. recordings.Where(one => !one.IsTest)], tested = [.. recordings.Where(one => one.IsTest)];
SpokenSpectra spectra = new(learned);
Console.WriteLine($"{learned.Length} recordings to learn from, {tested.Length} to test");

LiquidStateMachine liquid = new(SpokenSpectra.Bands, side, side, side, inputScale: 2, inputShare: 0.15, seed: 1), loose = new(SpokenSpectra.Bands, side, side, side, lambda: 0, inputScale: 2, inputShare: 0.15, seed: 1);
Stopwatch watch = Stopwatch.StartNew();
Report("liquid", x => liquid.Run(x).Traces);
Report("neurons without connections", x => loose.Run(x).Traces);
Report("the spectra themselves", x => x);

// One digit: its spectrum, and above it the spikes of all neurons.
Tensor shown = spectra.Of([learned[0]]), spikes = liquid.Run(shown).Spikes;
Console.WriteLine($"a neuron spikes {spikes.Mean().ToDouble() / (liquid.StepsPerFrame * liquid.TimeStep / 1000):F0} times a second; {liquid.Weights.Equal(0).Not().Cast(DType.Float32).Mean().ToDouble() * side * side * side:F0} connections to each");
Image.Write(Path.Combine(folder, "liquid_state.png"), LiquidStateMachine.Picture(spikes.At(0), shown.At(0)));
Console.WriteLine($"pictures in {folder}");

void Report(string name, Func<Tensor, Tensor> states)
{
    double before = watch.Elapsed.TotalSeconds;
    Tensor x = spectra.Readings(learned, states), testX = spectra.Readings(tested, states);
    double ready = watch.Elapsed.TotalSeconds;
    var reader = new Pipeline(("scale", new StandardScaler()), ("svm", new LinearSVC { C = 1.0 / x.Shape[1], Tol = 0.01, MaxIter = 200 }));
    Tensor y = Digits(learned), testY = Digits(tested);
    reader.Fit(x, y);
    Console.WriteLine($"{name}, {x.Shape[1]} numbers: accuracy {reader.Score(x, y):F4}, test accuracy {reader.Score(testX, testY):F4} ({ready - before:F0} s, read-out {watch.Elapsed.TotalSeconds - ready:F0} s)");
}

Tensor Digits(SpokenDigit[] sounds) => Tensor.From([.. sounds.Select(one => one.Digit)]);

// Ten words of two tones, of which one rises and the other falls at another rate for each, with noise.
static SpokenDigit[] Generated()
{
    Random random = new(1);
    return [.. Enumerable.Range(0, 400).Select(i =>
    {
        int digit = i % 10;
        double shift = 0.95 + (0.1 * random.NextDouble()), first = 0, second = 0;
        float[] sound = new float[random.Next(3000, 5000)];
        for (int t = 0; t < sound.Length; t++)
        {
            double share = (double)t / sound.Length;
            first += shift * (300 + (50 * digit) + (400 * share)) / 8000;
            second += shift * (2500 - (300 * (digit % 5)) - (800 * share * (digit % 3))) / 8000;
            sound[t] = (float)(Math.Sin(2 * Math.PI * first) + (0.5 * Math.Sin(2 * Math.PI * second)) + (0.5 * (random.NextDouble() - 0.5)));
        }

        return new SpokenDigit(sound, digit, "tones", i >= 300 ? 0 : i + 5);
    })];
}
