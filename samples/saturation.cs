#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// Why deep sigmoid networks hardly learn: their gradients vanish layer by layer, those of ReLU and of parametric ReLU do not.  dotnet run -c Release samples/saturation.cs
// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010; He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015: x above 0, else a x with a learned slope a.
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Zoo.Datasets;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 6;
const int Hidden = 6;
ImageDataset data = FashionMnist.Load();
Tensor x = data.TrainImages.Slice(0, 512).Cast(DType.Float32) / 255, y = data.TrainLabels.Slice(0, 512);

foreach (string activation in (string[])["sigmoid", "relu", "parametric relu"])
{
    var layers = new List<Layer> { new Input([28, 28, 1]), new Rescaling(1.0 / 255), new Flatten() };
    for (int i = 0; i < Hidden; i++)
        layers.AddRange([new Dense(64, kernelInitializer: activation == "sigmoid" ? "glorot_uniform" : "he_uniform"), activation == "parametric relu" ? new PReLU() : new Activation(activation)]);
    layers.Add(new Dense(10, "softmax"));
    var model = new Sequential(seed: 1, layers);
    model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);

    // The size of each layer's weight gradient before the first step, beside that of the last hidden layer.
    Variable[] kernels = [.. model.Weights.Where(weight => weight.Shape.Rank == 2)];
    Loss loss = "sparse_categorical_crossentropy";
    IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(() => loss.Call(y, model.Call(x * 255, new CallContext(training: true))), kernels).Gradients;
    double[] sizes = [.. gradients.Select(gradient => gradient.Square().Mean().Sqrt().ToDouble())];
    Console.WriteLine($"{activation}: gradient of hidden layers 1 to {Hidden}, as a share of the last one's: {string.Join("  ", sizes[..Hidden].Select(size => $"{size / sizes[Hidden - 1]:G3}"))}");

    model.Fit(data.TrainImages, data.TrainLabels, batchSize: 128, epochs: epochs);
    Console.WriteLine($"{activation}: first to last layer {sizes[0] / sizes[Hidden - 1]:E1}; test accuracy after {epochs} epochs {model.Evaluate(data.TestImages, data.TestLabels)["accuracy"]:F3}");
    if (activation == "parametric relu")
        Console.WriteLine($"slopes below 0, all 0 at the start, mean size in each layer: {string.Join("  ", model.Layers.OfType<PReLU>().Select(layer => $"{layer.Weights[0].Value.Abs().Mean().ToDouble():F3}"))}");
}
