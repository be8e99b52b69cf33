using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Texts;

/// <summary>Networks that give the class of a text: tokens (batch, time), of which 0 is padding, to probabilities (batch, classes).</summary>
internal static class ClassifierNetworks
{
    public static IReadOnlyList<string> Names { get; } = ["convnet", "bilstm", "bag"];

    public static Model Create(string name, int vocabulary, int width, int classes, double dropout, ulong seed)
    {
        Input input = new([null], DType.Int32) { Name = "tokens" };
        Embedding embedding = new(vocabulary, width, maskZero: name != "convnet");
        SymbolicTensor words = new SpatialDropout1D(dropout).Call(embedding.Call(input));
        SymbolicTensor features = name switch
        {
            // Kim, "Convolutional neural networks for sentence classification", 2014.
            "convnet" => new Concatenate().Call([.. new[] { 3, 4, 5 }.Select(size => new GlobalMaxPooling1D().Call(new Conv1D(width, size, activation: "relu").Call(words)))]),
            "bilstm" => new GlobalAveragePooling1D().Call(new Bidirectional(new LSTM(width / 2, returnSequences: true)).Call(words)),
            // Joulin et al., "Bag of tricks for efficient text classification", 2017.
            _ => new GlobalAveragePooling1D().Call(words),
        };
        return new Model(input, new Dense(classes, "softmax").Call(new Dropout(dropout).Call(features)), seed) { Name = name };
    }
}
