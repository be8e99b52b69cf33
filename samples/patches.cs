#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// A convnet's first layer, learned without labels by an autoencoder of patches, then few labels for the rest.  dotnet run -c Release samples/patches.cs
// Ranzato, Huang, Boureau and LeCun, "Unsupervised learning of invariant feature hierarchies with applications to object recognition", 2007.
// Arguments: MNIST's folder or - for the embedded clothes; labels; seeds; epochs; a folder for the picture.
using System.Diagnostics;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

ImageDataset data = args.Length > 0 && args[0] != "-" ? Mnist.Load(args[0]) : FashionMnist.Load();
int labels = args.Length > 1 ? int.Parse(args[1]) : 1000, seeds = args.Length > 2 ? int.Parse(args[2]) : 2, epochs = args.Length > 3 ? int.Parse(args[3]) : 20;
string folder = Directory.CreateDirectory(args.Length > 4 ? args[4] : "patches").FullName;
const int Side = 7, Filters = 32, BatchSize = 50;
(Tensor train, Tensor test) = (data.TrainImages.Cast(DType.Float32) / 255, data.TestImages.Cast(DType.Float32) / 255);
var clock = Stopwatch.StartNew();
List<double> learned = [], random = [], scaled = [];
for (ulong seed = 1; seed <= (ulong)seeds; seed++)
{
    // Few units active for a patch: each stands for a part of a stroke.
    Tensor patches = PatchFeatures.Draw(train, Side, 30_000, new RandomKey(seed));
    Sequential autoencoder = Autoencoder.Create([Side * Side], Filters, sparsity: new L1(1e-4), output: "linear", seed: seed);
    autoencoder.Compile(new Adam(2e-3), "mse");
    double left = autoencoder.Fit(patches, patches, batchSize: 100, epochs: 8)["loss"][^1] / patches.Square().Mean().ToDouble();
    var code = (Dense)Autoencoder.EncoderOf(autoencoder).GetLayer("code");
    if (seed == 1)
        Image.Write(Path.Combine(folder, "kernels.png"), Tiles.Of(code.Weights[0].Value.Reshape([Side, Side, Filters]), scale: 6));

    // Other labels for each seed. The second of the random starts has kernels as long as the learned ones, since rates of learning depend on it.
    int from = (int)(seed - 1) * labels % (train.Shape[0] - labels + 1);
    learned.Add(Error(seed, from, first => PatchFeatures.Assign(code, first)));
    random.Add(Error(seed, from, _ => { }));
    scaled.Add(Error(seed, from, first => first.Weights[0].Assign(first.Weights[0].Value / first.Weights[0].Value.Square().Sum([0, 1, 2], keepDims: true).Sqrt())));
    Console.WriteLine($"seed {seed}: without labels (loss {left:P0} of the patches' variance), then {labels} labels: test error {learned[^1]:P2}; from a random start {random[^1]:P2}, with kernels of the same length {scaled[^1]:P2}; {clock.Elapsed.TotalSeconds:F0} s");
}

Console.WriteLine($"mean of {seeds} seeds, {labels} labels: test error {learned.Average():P2} learned first, {random.Average():P2} from a random start, {scaled.Average():P2} with kernels of the same length");
Console.WriteLine($"pictures in {folder}");

double Error(ulong seed, int from, Action<Conv2D> start)
{
    Conv2D first = new(Filters, Side, activation: "relu");
    Sequential model = new(seed, new Input([28, 28, 1]), first, new MaxPooling2D(), new Conv2D(32, 5, activation: "relu"), new MaxPooling2D(), new Flatten(), new Dropout(0.5), new Dense(10, "softmax"));
    start(first);
    model.Compile(new Adam(new CosineDecay(1e-3, epochs * labels / BatchSize)), "sparse_categorical_crossentropy", ["accuracy"]);
    model.Fit(train.Slice(from, from + labels), data.TrainLabels.Slice(from, from + labels), batchSize: BatchSize, epochs: epochs);
    return 1 - model.Evaluate(test, data.TestLabels, batchSize: 500)["accuracy"];
}
