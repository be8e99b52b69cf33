#:project ../src/Laminet/Laminet.csproj
// A masked LSTM: sequences of different lengths in padded batches; the padding changes nothing, not even the last bits.  dotnet run -c Release samples/masked_lstm.cs
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 15;
const int Words = 20, Longest = 24, Count = 2000;
Random random = new(1);

// Is the greater number more often at the beginning than at the end? Lengths from 4 to 24.
int[][] sequences = [.. Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, random.Next(4, Longest + 1)).Select(_ => random.Next(1, Words)).ToArray())];
float[] labels = [.. sequences.Select(sequence => sequence[..(sequence.Length / 2)].Average() > sequence[(sequence.Length / 2)..].Average() ? 1f : 0f)];
Tensor Padded(IEnumerable<int[]> rows, int length) => Tensor.From([.. rows.SelectMany(row => row.Concat(Enumerable.Repeat(0, length - row.Length)))], [rows.Count(), length]);
Tensor x = Padded(sequences, Longest), y = Tensor.From(labels, [Count, 1]);

var model = new Sequential(seed: 1, new Input([null], DType.Int32), new Embedding(Words, 16, maskZero: true), new LSTM(32), new Dense(1, "sigmoid"));
model.Compile(new Adam(0.01), "binary_crossentropy", ["accuracy"]);
model.Fit(x.Slice(0, 1600), y.Slice(0, 1600), batchSize: 32, epochs: epochs);
Console.WriteLine($"test accuracy {model.Evaluate(x.Slice(1600), y.Slice(1600))["accuracy"]:F3}");

int[] shortest = sequences.MinBy(sequence => sequence.Length)!;
float alone = model.Predict(Padded([shortest], shortest.Length)).ToArray<float>()[0], padded = model.Predict(Padded([shortest], Longest)).ToArray<float>()[0];
Console.WriteLine($"a sequence of {shortest.Length} alone gives {alone:R}, padded to {Longest} {padded:R}: {(alone == padded ? "the same" : "different")}");
