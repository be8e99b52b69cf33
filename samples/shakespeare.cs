#:project ../src/Laminet/Laminet.csproj
// A GPT of four layers learns to write, letter by letter.  dotnet run -c Release samples/shakespeare.cs
// With the path of a text (such as Karpathy's tinyshakespeare input.txt) as an argument, and the minutes to train, or the steps, as in steps=2000; without, this sample's own text.
using System.Diagnostics;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Training;

string? file = args.FirstOrDefault(argument => !double.TryParse(argument, out _) && !argument.StartsWith("steps=", StringComparison.Ordinal));
int? given = args.Where(argument => argument.StartsWith("steps=", StringComparison.Ordinal)).Select(argument => (int?)int.Parse(argument["steps=".Length..])).FirstOrDefault();
double minutes = args.Select(argument => double.TryParse(argument, out double number) ? number : 0).FirstOrDefault(number => number > 0, file is null ? 1 : 10);
const int Context = 128, Batch = 32, Width = 128, Heads = 4, Blocks = 4;
string text = file is null ? string.Concat(Enumerable.Repeat(Rhyme, 60)) : File.ReadAllText(file);
char[] letters = [.. text.Distinct().Order()];
int[] tokens = [.. text.Select(letter => Array.BinarySearch(letters, letter))];
int split = tokens.Length * 9 / 10;

var input = new Input([Context], DType.Int32);
SymbolicTensor x = new TokenAndPositionEmbedding(letters.Length, Context, Width, embeddingsInitializer: new Laminet.Initializers.RandomNormal(0, 0.02)).Call(input);
for (int block = 0; block < Blocks; block++)
    x = new TransformerDecoder(4 * Width, Heads, activation: "gelu", normalizeFirst: true).Call(x);
var model = new Model(input, new Dense(letters.Length).Call(new LayerNormalization(epsilon: 1e-5).Call(x)), seed: 1);
Console.WriteLine($"{text.Length} letters of {letters.Length} kinds, {model.ParameterCount} parameters");

var random = new Random(1);
(Tensor X, Tensor Y) Draw(int from, int to, int count = Batch)
{
    int[] starts = [.. Enumerable.Range(0, count).Select(_ => random.Next(from, to - Context - 1))];
    return (Tensor.From([.. starts.SelectMany(start => tokens[start..(start + Context)])], [count, Context]), Tensor.From([.. starts.SelectMany(start => tokens[(start + 1)..(start + Context + 1)])], [count, Context]));
}

// How many steps fit into the time: the rate falls to nothing at the end.
var probe = Stopwatch.StartNew();
model.Compile(new AdamW(1e-3), new Laminet.Losses.SparseCategoricalCrossentropy(fromLogits: true));
for (int i = 0; i < 8; i++)
{
    if (i == 3)
        probe.Restart();
    (Tensor warmX, Tensor warmY) = Draw(0, split);
    model.TrainOnBatch(warmX, warmY);
}

int steps = given ?? Math.Max(20, (int)(minutes * 60 / (probe.Elapsed.TotalSeconds / 5)));
model.Compile(new AdamW(new Warmup(new CosineDecay(2e-3, steps, alpha: 0.02), Math.Min(100, steps / 10)), weightDecay: 0.05, beta2: 0.99) { GlobalClipNorm = 1 }, new Laminet.Losses.SparseCategoricalCrossentropy(fromLogits: true));
var clock = Stopwatch.StartNew();
for (int step = 1; step <= steps && (given is not null || clock.Elapsed.TotalMinutes < minutes); step++)
{
    (Tensor trainX, Tensor trainY) = Draw(0, split);
    double loss = model.TrainOnBatch(trainX, trainY)["loss"];
    if (step % Math.Max(20, steps / 10) == 0)
        Console.WriteLine($"step {step} of {steps}, {clock.Elapsed.TotalSeconds:F0} s: loss {loss:F3}, on new text {Validate(10):F3} nats a letter");
}

Console.WriteLine($"trained {clock.Elapsed.TotalMinutes:F1} minutes; validation loss {Validate(given is null ? 100 : 10):F4} nats a letter");
Console.WriteLine(Write("\n", 300));

double Validate(int batches)
{
    (Tensor validX, Tensor validY) = Draw(split, tokens.Length, batches * Batch);
    return model.Evaluate(validX, validY, batchSize: Batch)["loss"];
}

string Write(string start, int length)
{
    List<int> written = [.. start.Select(letter => Math.Max(0, Array.BinarySearch(letters, letter)))];
    while (written.Count < length)
    {
        int[] seen = [.. written.TakeLast(Context)];
        // Padded at the end, which the causal attention of the last letter does not see.
        Tensor logits = model.Predict(Tensor.From([.. seen, .. new int[Context - seen.Length]], [1, Context])).At(0).At(seen.Length - 1);
        float[] shares = (logits / 0.8).Softmax(0).ToArray<float>();
        double point = random.NextDouble();
        int next = 0;
        for (double sum = shares[0]; sum < point && next < shares.Length - 1; sum += shares[++next])
        {
        }

        written.Add(next);
    }

    return string.Concat(written.Select(token => letters[token]));
}

internal static partial class Program
{
    private const string Rhyme = "The rain that fell on hill and plain ran down the lane and fell again; and where it ran the grass was green, the greenest that was ever seen.\n";
}
