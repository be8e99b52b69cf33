#:project ../src/Laminet/Laminet.csproj
// Sequences of any length: padded batches, a masked bidirectional LSTM and a layer of one's own that uses up the mask. The padding changes nothing, not even the last bits.  dotnet run -c Release samples/masked_lstm.cs
using Laminet.Data;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 12;
const int Words = 20, Longest = 24, Count = 5000, Train = 4000;
Random random = new(1);

// Are the numbers greater in the first half than in the second? Lengths from 4 to 24.
int[][] sequences = [.. Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, random.Next(4, Longest + 1)).Select(_ => random.Next(1, Words)).ToArray())];
float[] labels = [.. sequences.Select(sequence => sequence[..(sequence.Length / 2)].Average() > sequence[(sequence.Length / 2)..].Average() ? 1f : 0f)];
// A batch has sequences of similar length, with zeros behind them up to 8, 16 or 24.
Dataset Batches(Range part) => Dataset.FromRagged(sequences[part], Tensor.From(labels[part]).Reshape([-1, 1])).Shuffle(1).PaddedBatch(32, buckets: [8, 16, Longest]);

var tokens = new Input([null], DType.Int32);
SymbolicTensor x = new Embedding(Words, 16, maskZero: true).Call(tokens);
x = new Bidirectional(new LSTM(32, returnSequences: true)).Call(x);
x = new Dropout(0.5).Call(new MaskedMean().Call(x));
var model = new Model(tokens, new Dense(1, "sigmoid").Call(x), seed: 1);
// Lazy: a step changes only the embeddings of the numbers that it has seen.
model.Compile(new Adam(0.01, lazy: true), "binary_crossentropy", ["accuracy"]);
model.Fit(Batches(..Train), epochs: epochs);
Console.WriteLine($"test accuracy {model.Evaluate(Batches(Train..))["accuracy"]:F3}");

int[] shortest = sequences.MinBy(sequence => sequence.Length)!;
float Answer(int length) => model.Predict(Tensor.From([.. shortest, .. new int[length - shortest.Length]], [1, length])).ToArray<float>()[0];
(float alone, float padded) = (Answer(shortest.Length), Answer(Longest));
Console.WriteLine($"a sequence of {shortest.Length} alone gives {alone:R}, padded to {Longest} {padded:R}: {(alone == padded ? "the same" : "different")}");

/// <summary>The mean over the steps that count, as GlobalAveragePooling1D takes it: what a layer that reads a mask looks like.</summary>
internal sealed class MaskedMean : Layer
{
    protected override Tensor Forward(Tensor x, CallContext context)
    {
        if (context.MaskOf(x) is not { } mask)
            return x.Mean(1);
        Tensor keep = mask.Cast(x.DType).ExpandDims(-1);
        return (x * keep).Sum(1) / keep.Sum(1).Maximum(Tensor.Scalar(1, x.DType));
    }

    // The mean has no steps any more.
    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) => null;
}
