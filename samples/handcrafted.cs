#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
// Features made by hand (HOG, k-means of patches) with a linear classifier, against a convnet and what its layers hold.  dotnet run -c Release samples/handcrafted.cs
// Dalal and Triggs, 2005; Coates, Ng and Lee, "An analysis of single-layer networks in unsupervised feature learning", 2011.
// Arguments: how many images to learn from; a folder of photographs with train/CLASS and test/CLASS (CIFAR-10's, 32 x 32) or -; a folder for the pictures.
using System.Diagnostics;
using Laminet.Data;
using Laminet.Estimators;
using Laminet.Layers;
using Laminet.Plots;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Datasets;
using Laminet.Vision.Features;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Datasets;

int count = args.Length > 0 ? int.Parse(args[0]) : 5000;
string? photographs = args.Length > 1 && args[1] != "-" ? args[1] : null;
string folder = Directory.CreateDirectory(args.Length > 2 ? args[2] : "handcrafted").FullName;
const int Patch = 6, Some = 50;
int centres = Math.Clamp(count / 25, 64, 200), epochs = count < 1000 ? 10 : 15, tests = Math.Min(count, 2000);
ImageDataset clothes = FashionMnist.Load();
(Tensor trainX, Tensor trainY) = photographs is null ? (clothes.TrainImages.Slice(0, count), clothes.TrainLabels.Slice(0, count)) : Photographs("train", count);
(Tensor testX, Tensor testY) = photographs is null ? (clothes.TestImages.Slice(0, tests), clothes.TestLabels.Slice(0, tests)) : Photographs("test", tests);
(int side, int channels) = (trainX.Shape[1], trainX.Shape[3]);
Console.WriteLine($"{trainX.Shape[0]} images of {side} x {side} x {channels} to learn from, {testX.Shape[0]} to test, {epochs} epochs");

Report("pixels", images => images.Reshape([images.Shape[0], -1]));
Report("HOG", new HOG { Orientations = 9, PixelsPerCell = (4, 4), CellsPerBlock = (2, 2) }.Compute);

// Patches are normalized and whitened (ZCA: turned to their principal components, scaled, turned back); k-means finds what is frequent in them; a patch answers to the centres that are nearer than its mean distance.
var clock = Stopwatch.StartNew();
PCA pca = new();
KMeans kmeans = new() { NClusters = centres, MaxIter = 10, RandomState = 1 };
Tensor patches = Patches(trainX.Slice(0, Math.Clamp(count / 5, 50, 200))).Reshape([-1, Patch * Patch * channels]);
patches = patches.Gather(new RandomKey(1).Permutation(patches.Shape[0]).Slice(0, 20_000), 0);
pca.Fit(patches);
Tensor zca = pca.Components!.MatMul(pca.Components / (pca.ExplainedVariance! + 0.1).Sqrt().ExpandDims(-1), transposeThis: true), mean = pca.Mean!;
Tensor Whitened(Tensor some) => (some - mean.Cast(DType.Float32)).MatMul(zca.Cast(DType.Float32));
kmeans.Fit(Whitened(patches));
Report($"{centres} k-means patches", images => Quadrants(Patches(images), some => kmeans.Transform(Whitened(some)) is var far ? (far.Mean(1, keepDims: true) - far).Relu() : null!), clock);

clock.Restart();
var model = new Sequential(seed: 1,
    new Input([side, side, channels]), new Rescaling(1.0 / 255),
    new Conv2D(16, 3, padding: Padding.Same, useBias: false), new BatchNormalization(momentum: 0.9), new Activation("relu") { Name = "layer 1" },
    new Conv2D(16, 3, padding: Padding.Same, useBias: false), new BatchNormalization(momentum: 0.9), new Activation("relu") { Name = "layer 2" }, new MaxPooling2D(),
    new Conv2D(32, 3, padding: Padding.Same, useBias: false), new BatchNormalization(momentum: 0.9), new Activation("relu") { Name = "layer 3" },
    new Conv2D(32, 3, padding: Padding.Same, useBias: false), new BatchNormalization(momentum: 0.9), new Activation("relu") { Name = "layer 4" }, new MaxPooling2D(),
    new Conv2D(64, 3, padding: Padding.Same, useBias: false), new BatchNormalization(momentum: 0.9), new Activation("relu") { Name = "layer 5" },
    new GlobalAveragePooling2D(), new Dropout(0.3), new Dense(10, "softmax"));
model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
model.Fit(trainX, trainY, batchSize: 64, epochs: epochs);
Console.WriteLine($"{"convnet",-20} {"",5}            test accuracy {model.Evaluate(testX, testY)["accuracy"]:F3} in {clock.Elapsed.TotalSeconds:F1} s");

// What a linear classifier can read from each layer: its maps, averaged over quadrants.
List<double> accuracies = [];
for (int layer = 1; layer <= 5; layer++)
{
    SymbolicTensor maps = model.GetLayer($"layer {layer}").Output!;
    var upTo = new Model(model.Inputs, new Flatten().Call(new AveragePooling2D(maps.Shape[1] / 2).Call(maps)));
    accuracies.Add(Report($"  its layer {layer}", images => upTo.Predict(images)));
}

Chart.Lines([("linear classifier", [1, 2, 3, 4, 5], accuracies)], "what the convnet's layers hold", "layer", "test accuracy").Save(Path.Combine(folder, "layers.svg"));
Image.Write(Path.Combine(folder, "centres.png"), Tiles.Of(kmeans.ClusterCenters!.Reshape([centres, Patch, Patch, channels]).Transpose(1, 2, 3, 0), scale: 4));
Image.Write(Path.Combine(folder, "kernels.png"), Tiles.Of(Filters.Of(model), scale: 8));
Console.WriteLine($"pictures in {folder}");

double Report(string name, Func<Tensor, Tensor> features, Stopwatch? since = null)
{
    since ??= Stopwatch.StartNew();
    StandardScaler scaler = new();
    Tensor train = scaler.FitTransform(InParts(trainX)), test = scaler.Transform(InParts(testX));
    var linear = new Sequential(seed: 1, new Input([train.Shape[1]]), new Dense(10, "softmax", kernelRegularizer: new L2(0.002)));
    linear.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
    linear.Fit(train, trainY, batchSize: 64, epochs: epochs);
    double accuracy = linear.Evaluate(test, testY)["accuracy"];
    Console.WriteLine($"{name,-20} {train.Shape[1],5} features   test accuracy {accuracy:F3} in {since.Elapsed.TotalSeconds:F1} s");
    return accuracy;

    Tensor InParts(Tensor images) =>
        Tensor.Concatenate([.. Enumerable.Range(0, (images.Shape[0] + Some - 1) / Some).Select(part => features(images.Slice(part * Some, Math.Min((part + 1) * Some, images.Shape[0])).Cast(DType.Float32)))], 0);
}

// Every patch of every image, with mean 0 and deviation 1: (examples, rows, columns, numbers).
Tensor Patches(Tensor images)
{
    int places = side - Patch + 1;
    Tensor all = Tensor.Concatenate([.. Enumerable.Range(0, Patch * Patch).Select(i => images.Slice(i / Patch, (i / Patch) + places, axis: 1).Slice(i % Patch, (i % Patch) + places, axis: 2))]).Cast(DType.Float32);
    Tensor centred = all - all.Mean(-1, keepDims: true);
    return centred / (centred.Square().Mean(-1, keepDims: true) + 10).Sqrt();
}

// The mean answer of the patches of each quadrant.
static Tensor Quadrants(Tensor patches, Func<Tensor, Tensor> answers)
{
    (int examples, int places) = (patches.Shape[0], patches.Shape[1]);
    Tensor maps = answers(patches.Reshape([-1, patches.Shape[3]])).Reshape([examples, places, places, -1]);
    return maps.Slice(0, places / 2 * 2, axis: 1).Slice(0, places / 2 * 2, axis: 2).AveragePool((places / 2, places / 2)).Reshape([examples, -1]);
}

(Tensor, Tensor) Photographs(string part, int many)
{
    Batch some = new ImageFolder(Path.Combine(photographs, part)).ToDataset(new ImageReading { Size = (32, 32) }, parallelism: Engine.Threads).Shuffle(seed: 1).Batch(many).Batches().First();
    return (some.X, some.Y!);
}
