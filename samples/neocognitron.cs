#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// The neocognitron learns images without a gradient; how far they may be shifted and bent, beside a multilayer perceptron.  dotnet run -c Release samples/neocognitron.cs
// Arguments: a folder for the picture, the folder of MNIST (without it, the embedded clothes), how many images to learn, epochs of the perceptron.
using System.Diagnostics;
using System.Globalization;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

string folder = Directory.CreateDirectory(args.Length > 0 ? args[0] : "neocognitron").FullName;
ImageDataset data = args.Length > 1 ? Mnist.Load(args[1]) : FashionMnist.Load();
int count = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1500, epochs = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 5, tests = Math.Min(args.Length > 1 ? 10000 : 500, data.TestImages.Shape[0]);
Tensor images = data.TrainImages.Slice(0, count), labels = data.TrainLabels.Slice(0, count), unseen = data.TestImages.Slice(0, tests), truth = data.TestLabels.Slice(0, tests);

Neocognitron network = new() { Lessons = Math.Min(count, 2000) };
var clock = Stopwatch.StartNew();
network.Fit(images, labels);
Print($"neocognitron: {count} images in {clock.Elapsed.TotalSeconds:F0} s, planes {string.Join(", ", network.Planes)}, accuracy {Share(network.Predict(unseen)):F4} of {tests} test images");

Sequential perceptron = MultilayerPerceptron.Create([28, 28, 1], 10, seed: 0);
perceptron.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
perceptron.Fit(images, labels, 128, epochs);
Print($"perceptron: accuracy {Share(perceptron.Predict(unseen).ArgMax()):F4}");

// Both learned upright images in the middle.
int seen = Math.Min(tests, 1000);
(unseen, truth) = (unseen.Slice(0, seen), truth.Slice(0, seen));
double[] shifts = [0, 1, 2, 3, 4, 5, 6], waves = [0, 1, 2, 3, 4];
Compare("shift", "shift in pixels", shifts, x => Moved((row, column) => (row, column - x)));
Compare("bend", "height of a wave in pixels", waves, x => Moved((row, column) => (row + (x * Math.Sin(column * 2 * Math.PI / 14)), column + (x * Math.Sin(row * 2 * Math.PI / 14)))));
Console.WriteLine($"pictures in {folder}");

void Compare(string name, string what, double[] sizes, Func<double, Tensor> change)
{
    (double[] ours, double[] others) = (new double[sizes.Length], new double[sizes.Length]);
    foreach ((int i, double size) in sizes.Index())
    {
        Tensor changed = change(size);
        (ours[i], others[i]) = (Share(network.Predict(changed)), Share(perceptron.Predict(changed).ArgMax()));
        Print($"{name} {size}: neocognitron {ours[i]:F3}, perceptron {others[i]:F3}");
    }

    Chart.Lines([("neocognitron", sizes, ours), ("multilayer perceptron", sizes, others)], xLabel: what, yLabel: "accuracy").Save(Path.Combine(folder, $"neocognitron-{name}.svg"));
}

// Each image with the pixel nearest to where a pixel comes from; black beyond the border.
Tensor Moved(Func<double, double, (double Row, double Column)> from)
{
    byte[] pixels = unseen.ToArray<byte>(), moved = new byte[pixels.Length];
    for (int i = 0; i < moved.Length; i++)
    {
        (double row, double column) = from(i / 28 % 28, i % 28);
        (int y, int x) = ((int)Math.Round(row), (int)Math.Round(column));
        moved[i] = y is >= 0 and < 28 && x is >= 0 and < 28 ? pixels[(i / 784 * 784) + (y * 28) + x] : (byte)0;
    }

    return Tensor.From(moved, unseen.Shape);
}

double Share(Tensor classes) => classes.Cast(DType.Int32).Equal(truth.Slice(0, classes.Shape[0]).Cast(DType.Int32)).Cast(DType.Float32).Mean().ToDouble();
static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
