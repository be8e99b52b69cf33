#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// What batch normalisation allows: high learning rates, sigmoids that stay trainable, no dropout.  dotnet run -c Release samples/batch_normalization.cs
// Ioffe and Szegedy, "Batch normalization", 2015.
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Training;
using Laminet.Zoo.Datasets;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 5;
ImageDataset data = FashionMnist.Load();

double Accuracy(string activation, double rate, bool normalized, double dropout)
{
    var layers = new List<Layer> { new Input([28, 28, 1]), new Rescaling(1.0 / 255), new Flatten() };
    for (int i = 0; i < 4; i++)
    {
        layers.Add(new Dense(96, useBias: !normalized));
        if (normalized)
            layers.Add(new BatchNormalization(momentum: 0.9));
        layers.Add(new Activation(activation));
        if (dropout > 0)
            layers.Add(new Dropout(dropout));
    }

    var model = new Sequential(seed: 1, [.. layers, new Dense(10, "softmax")]);
    model.Compile(new SGD(rate, momentum: 0.9), "sparse_categorical_crossentropy", ["accuracy"]);
    model.Fit(data.TrainImages, data.TrainLabels, batchSize: 128, epochs: epochs);
    return model.Evaluate(data.TestImages, data.TestLabels)["accuracy"];
}

foreach (string activation in (string[])["relu", "sigmoid"])
{
    foreach (double rate in (double[])[0.01, 0.1, 1])
        Console.WriteLine($"{activation,7}, rate {rate,4}: test accuracy {Accuracy(activation, rate, false, 0):F3} without, {Accuracy(activation, rate, true, 0):F3} with batch normalisation");
}

Console.WriteLine($"relu, rate 0.1, dropout 0.3 instead: {Accuracy("relu", 0.1, false, 0.3):F3}; normalisation and dropout: {Accuracy("relu", 0.1, true, 0.3):F3}");
