#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// ReLU makes activations sparse: the share of exact zeros in each layer, before and after training, and with an L1 penalty on activations.  dotnet run -c Release samples/sparsity.cs
// Glorot, Bordes and Bengio, "Deep sparse rectifier neural networks", 2011.
using Laminet.Layers;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Datasets;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 5;
ImageDataset data = FashionMnist.Load();
foreach ((string name, string activation, Regularizer? penalty) in (ReadOnlySpan<(string, string, Regularizer?)>)[("tanh", "tanh", null), ("relu", "relu", null), ("relu with an L1 penalty", "relu", new L1(1e-6))])
{
    var model = new Sequential(seed: 1,
        new Input([28, 28, 1]), new Rescaling(1.0 / 255),
        new Conv2D(16, 3, activation: activation) { ActivityRegularizer = penalty }, new MaxPooling2D(),
        new Conv2D(32, 3, activation: activation) { ActivityRegularizer = penalty }, new MaxPooling2D(),
        new Flatten(), new Dense(64, activation) { ActivityRegularizer = penalty }, new Dense(10, "softmax"));
    model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
    string before = Zeros(model);
    model.Fit(data.TrainImages, data.TrainLabels, batchSize: 128, epochs: epochs);
    Console.WriteLine($"{name}: zeros before training {before}, after {Zeros(model)}; test accuracy {model.Evaluate(data.TestImages, data.TestLabels)["accuracy"]:F3}");
}

string Zeros(Model model) => string.Join(" ", model.Layers.Where(layer => layer is Conv2D or Dense { Units: 64 }).Select(layer =>
    $"{new Model(model.Inputs, layer.Output).Predict(data.TestImages.Slice(0, 500)).Equal(0).Cast(DType.Float32).Mean().ToDouble():P0}"));
