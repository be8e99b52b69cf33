#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// Hidden units that are not learned: Gaussians around k-means centres (an RBF network), and random ones (an extreme learning machine); then the centres learn, too.  dotnet run -c Release samples/fixed_features.cs
// Arguments: a folder with MNIST's files or - for clothes; how many images to learn from; how many centres; how many random units; a folder for the picture.
using System.Diagnostics;
using Laminet.Estimators;
using Laminet.Optimizers;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

ImageDataset data = args.Length > 0 && args[0] != "-" ? Mnist.Load(args[0]) : FashionMnist.Load();
int Argument(int place, int usual) => args.Length > place ? int.Parse(args[place]) : usual;
(int count, int centres, int random) = (Argument(1, 4000), Argument(2, 200), Argument(3, 500));
string folder = Directory.CreateDirectory(args.Length > 4 ? args[4] : "fixed_features").FullName;
(Tensor images, Tensor labels) = (data.TrainImages.Slice(0, count), data.TrainLabels.Slice(0, count));
Tensor x = Pixels(images), testX = Pixels(data.TestImages);

// Few moves are enough: the centres need not be the best.
var clock = Stopwatch.StartNew();
Tensor some = x.Slice(0, Math.Min(count, 20_000));
KMeans kmeans = new() { NClusters = centres, MaxIter = 8, Init = some.Gather(new RandomKey(1).Permutation(some.Shape[0]).Slice(0, centres), 0) };
kmeans.Fit(some);
Tensor before = kmeans.ClusterCenters!.Cast(DType.Float32);
Console.WriteLine($"k-means: {centres} centres in {clock.Elapsed.TotalSeconds:F1} s; widths {RadialBasisNetwork.NeighbourWidths(before).Mean().ToDouble():F2} on average, {RadialBasisNetwork.GreatestDistanceWidth(before):F2} by the greatest distance");

Sequential network = RadialBasisNetwork.Create(before, images.Shape[1..], seed: 1);
var units = (RadialBasis)network.GetLayer("units");
units.Trainable = false;
Learn("RBF network, outputs alone", 0.02);
units.Trainable = true;
Learn("RBF network, centres and widths, too", 0.002);

clock.Restart();
ELMClassifier machine = new() { HiddenUnits = random, Alpha = 0.1, RandomState = 1 };
machine.Fit(x, labels);
Console.WriteLine($"extreme learning machine, {random} units: test accuracy {machine.Score(testX, data.TestLabels):F4} in {clock.Elapsed.TotalSeconds:F1} s");

// The last row: what the random units would answer to most, which shows nothing.
const int Shown = 10;
Tensor after = units.Centers.Value, drawn = machine.HiddenCoef!.Transpose().Slice(0, Shown);
drawn = (drawn - drawn.Min()) / (drawn.Max() - drawn.Min());
Tensor all = Tensor.Concatenate([before.Slice(0, Shown), after.Slice(0, Shown).Clip(0.0, 1.0), drawn], 0);
string[] rows = ["k-means", "learned", "random"];
Chart.ImageGrid(all.Reshape([3 * Shown, .. images.Shape[1..]]) * 255, [.. Enumerable.Range(0, 3 * Shown).Select(i => $"{rows[i / Shown]} {i % Shown}")], columns: Shown, side: 84).Save(Path.Combine(folder, "fixed_features.png"));
Console.WriteLine($"picture in {folder}");

static Tensor Pixels(Tensor images) => images.Cast(DType.Float32).Reshape([images.Shape[0], -1]) / 255;

void Learn(string name, double rate)
{
    clock.Restart();
    network.Compile(new Adam(rate), "sparse_categorical_crossentropy", ["accuracy"]);
    network.Fit(images, labels, batchSize: 64, epochs: 5);
    double seconds = clock.Elapsed.TotalSeconds;
    Console.WriteLine($"{name}: test accuracy {network.Evaluate(data.TestImages, data.TestLabels)["accuracy"]:F4} in {seconds:F1} s");
}
