#:project ../src/Laminet/Laminet.csproj
// Memory by lag: which networks still know a symbol after so many others.  dotnet run -c Release samples/memory.cs
// The first symbol of a sequence is to be named at its end. A recurrent matrix that begins small forgets; one that begins orthogonal (Keras's default) turns its state without losing length;
// an LSTM's cell keeps what its forget gate lets through (Hochreiter and Schmidhuber, 1997): at first 0.73 a step, which of 60 leaves nothing, or as much as suits the lag; attention looks at every step directly.
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

// Arguments: epochs and the longest lag.
int epochs = args.Length > 0 ? int.Parse(args[0]) : 20, longest = args.Length > 1 ? int.Parse(args[1]) : 60;
const int Symbols = 8, Count = 2000;
foreach (int lag in ((int[])[5, 20, 60]).Where(lag => lag <= longest))
{
    Tensor x = (new RandomKey((ulong)lag).Uniform([Count, lag + 1]) * Symbols).Floor().Cast(DType.Int32), y = x.Slice(0, 1, axis: 1).Reshape([Count]);
    Console.Write($"lag {lag,2}: ");
    foreach (string name in (string[])["simple RNN, small start", "orthogonal start", "LSTM", "LSTM with slow gates", "attention"])
    {
        var input = new Input([lag + 1], DType.Int32);
        SymbolicTensor embedded = new Embedding(Symbols, 16).Call(input);
        SymbolicTensor summary = name switch
        {
            "simple RNN, small start" => new SimpleRNN(48, recurrentInitializer: new RandomNormal(0, 0.05)).Call(embedded),
            "orthogonal start" => new SimpleRNN(48).Call(embedded),
            "LSTM" => new LSTM(48).Call(embedded),
            "LSTM with slow gates" => new LSTM(48, unitForgetBias: false, biasInitializer: new SlowGates(lag)).Call(embedded),
            _ => Attended(embedded, lag + 1),
        };
        var model = new Model(input, new Dense(Symbols, "softmax").Call(summary), seed: 1);
        model.Compile(new Adam(0.003) { GlobalClipNorm = 1 }, "sparse_categorical_crossentropy", ["accuracy"]);
        model.Fit(x.Slice(0, 1600), y.Slice(0, 1600), batchSize: 32, epochs: epochs);
        Console.Write($"{name} {model.Evaluate(x.Slice(1600), y.Slice(1600))["accuracy"]:F2}   ");
    }

    Console.WriteLine();
}

// The steps with their places; the last one asks, and all others answer.
static SymbolicTensor Attended(SymbolicTensor embedded, int length)
{
    SymbolicTensor placed = new PositionEmbedding(length).Call(embedded);
    placed = new Add().Call([embedded, placed]);
    SymbolicTensor mixed = new MultiHeadAttention(numHeads: 2, keyDim: 16).Call([placed, placed]).Only;
    return new GlobalAveragePooling1D().Call(mixed);
}

/// <summary>
/// Biases of an LSTM with which cells keep what they hold for 1 to so many steps: those of the forget gates are ln u with u uniform from 1 to the longest, those of the input gates -ln u, the others 0.
/// Tallec and Ollivier, "Can recurrent neural networks warp time?", ICLR 2018.
/// </summary>
internal sealed class SlowGates(int longest) : Initializer
{
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32)
    {
        // The gates' order is input, forget, cell, output.
        Tensor forget = key.Uniform([shape[0] / 4], 1, longest, dtype).Log();
        return Tensor.Concatenate([-forget, forget, Tensor.Zeros([shape[0] / 2], dtype)]);
    }
}
