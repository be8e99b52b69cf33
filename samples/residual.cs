#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// The functional way: a small residual network with skip connections.  dotnet run -c Release samples/residual.cs
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Datasets;

ImageDataset data = FashionMnist.Load();
int examples = args.Length > 0 ? int.Parse(args[0]) : 4_000;

var input = new Input([28, 28, 1]);
SymbolicTensor x = new Rescaling(1.0 / 255).Call(input);
x = new Conv2D(16, 3, strides: 2, padding: Padding.Same, activation: "relu").Call(x);
for (int block = 0; block < 2; block++)
{
    SymbolicTensor inner = new Conv2D(16, 3, padding: Padding.Same, useBias: false).Call(x);
    inner = new BatchNormalization().Call(inner);
    inner = new Activation("relu").Call(inner);
    inner = new Conv2D(16, 3, padding: Padding.Same, useBias: false).Call(inner);
    inner = new BatchNormalization().Call(inner);
    x = new Activation("relu").Call(new Add().Call([x, inner]));
}

x = new GlobalAveragePooling2D().Call(x);
var model = new Model(input, new Dense(10, "softmax").Call(x), seed: 1);
model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
model.Summary();
model.Fit(data.TrainImages.Slice(0, examples), data.TrainLabels.Slice(0, examples), batchSize: 64, epochs: 2);
Console.WriteLine($"test accuracy {model.Evaluate(data.TestImages, data.TestLabels)["accuracy"]:F3}");
