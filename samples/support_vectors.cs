#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// Support vector machines: margins in the plane, images with an RBF kernel and a linear one, the time against the number of examples, one optimum from any order.  dotnet run -c Release samples/support_vectors.cs
// Arguments: a folder with MNIST's files or - for clothes; how many images to learn from; a folder for the picture; a file of scikit-learn's predictions to compare with, as bench/peers/scikit_svc.py writes it.
using System.Diagnostics;
using Laminet.Estimators;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

ImageDataset data = args.Length > 0 && args[0] != "-" ? Mnist.Load(args[0]) : FashionMnist.Load();
int count = args.Length > 1 ? int.Parse(args[1]) : 2000;
string folder = Directory.CreateDirectory(args.Length > 2 ? args[2] : "support_vectors").FullName;
(Tensor x, Tensor y) = (Pixels(data.TrainImages.Slice(0, count)), data.TrainLabels.Slice(0, count));
(Tensor testX, Tensor testY) = (Pixels(data.TestImages), data.TestLabels);

// The time grows like the number of examples to a power: the slope of its logarithm.
List<(double Size, double Seconds)> times = [];
SVC machine = new() { C = 10 };
machine.Fit(x.Slice(0, count / 4), y.Slice(0, count / 4));
foreach (int size in (int[])[count / 8, count / 4, count / 2, count])
{
    var clock = Stopwatch.StartNew();
    machine.Fit(x.Slice(0, size), y.Slice(0, size));
    times.Add((size, clock.Elapsed.TotalSeconds));
    Console.WriteLine($"{size,6} images: {clock.Elapsed.TotalSeconds,6:F2} s, {machine.Pairs.Sum(pair => pair.Steps)} steps, {machine.Support!.Length} support vectors");
}

(double meanSize, double meanTime) = (times.Average(one => Math.Log(one.Size)), times.Average(one => Math.Log(one.Seconds)));
double slope = times.Sum(one => (Math.Log(one.Size) - meanSize) * (Math.Log(one.Seconds) - meanTime)) / times.Sum(one => Math.Pow(Math.Log(one.Size) - meanSize, 2));
Console.WriteLine($"the time grows with the power {slope:F2} of their number");

var predicting = Stopwatch.StartNew();
int[] predicted = machine.Predict(testX).Cast(DType.Int32).ToArray<int>();
Console.WriteLine($"RBF kernel, gamma {machine.UsedGamma:G4}: test accuracy {machine.Score(testX, testY):F4}, prediction in {predicting.Elapsed.TotalSeconds / 2:F2} s");
var linear = new LinearSVC { C = 0.01 };
linear.Fit(x, y);
Console.WriteLine($"linear: test accuracy {linear.Score(testX, testY):F4}, {linear.NIter} passes");
if (args.Length > 3)
{
    int[] theirs = [.. File.ReadLines(args[3]).Select(int.Parse)];
    Console.WriteLine($"as scikit-learn predicts: {predicted.Zip(theirs).Count(pair => pair.First == pair.Second)} of {theirs.Length}");
}

// The same examples in two orders: two ways to one optimum.
Console.WriteLine($"duality gap: at most {machine.Pairs.Max(pair => pair.DualityGap):E1}, {machine.Pairs.Max(pair => pair.DualityGap / pair.Objective):E1} of the objective");
Tensor order = new RandomKey(1).Permutation(count);
(SVC first, SVC second) = (Exact(), Exact());
first.Fit(x, y);
second.Fit(x.Gather(order, 0), y.Gather(order, 0));
Console.WriteLine($"tolerance {first.Tol}, two orders: {first.Pairs.Sum(pair => pair.Steps)} and {second.Pairs.Sum(pair => pair.Steps)} steps, duality gap at most {first.Pairs.Concat(second.Pairs).Max(pair => pair.DualityGap):E1}, "
    + $"objectives differ by at most {first.Pairs.Zip(second.Pairs).Max(both => Math.Abs(both.First.Objective - both.Second.Objective)):E1}");
double differ = first.Predict(testX).NotEqual(second.Predict(testX)).Cast(DType.Int32).Sum().ToDouble();
Console.WriteLine($"predictions that differ: {differ} of {predicted.Length}");

const int Panel = 240;
Tensor cloud = new RandomKey(2).Normal([90, 2], dtype: DType.Float64);
Tensor side = (cloud.Slice(0, 1, axis: 1).Square() - 0.6 - cloud.Slice(1, 2, axis: 1) + new RandomKey(3).Normal([90, 1], deviation: 0.35, dtype: DType.Float64)).Greater(0).Cast(DType.Int32).Reshape([-1]);
(string Caption, SVC Machine)[] drawn =
[
    ("linear, C = 1", new() { Kernel = Kernel.Linear }),
    ("RBF, C = 1", new() { Gamma = 0.5 }),
    ("RBF, C = 1000", new() { Gamma = 0.5, C = 1000 }),
    ("RBF, gamma = 10", new() { Gamma = 10, C = 10 }),
];
Tensor[] panels = [.. drawn.Select(one => Drawn(one.Machine))];
Chart.ImageGrid(Tensor.Stack(panels), [.. drawn.Select(one => $"{one.Caption}: {one.Machine.Support!.Length} of {cloud.Shape[0]}")], columns: 4, side: Panel).Save(Path.Combine(folder, "support_vectors.png"));
Console.WriteLine($"picture in {folder}");

static Tensor Pixels(Tensor images) => images.Cast(DType.Float32).Reshape([images.Shape[0], -1]) / 255;
static SVC Exact() => new() { C = 10, Tol = 1e-6 };

// The decision as colour, darker beyond the margin; the boundary black, the margins grey; examples as squares, support vectors large.
Tensor Drawn(SVC one)
{
    one.Fit(cloud, side);
    Tensor axis = ((Tensor.Range(0, Panel, DType.Float64) + 0.5) / Panel * 6) - 3;
    Tensor plane = Tensor.Stack([axis.BroadcastTo([Panel, Panel]).Reshape([-1]), (-axis).ExpandDims(-1).BroadcastTo([Panel, Panel]).Reshape([-1])], 1);
    double[] decisions = one.DecisionFunction(plane).ToArray<double>(), points = cloud.ToArray<double>();
    byte[] pixels = new byte[Panel * Panel * 3];
    for (int place = 0; place < decisions.Length; place++)
    {
        bool Crosses(double level) => new[] { place + 1, place + Panel }.Any(next => next < decisions.Length && (decisions[place] - level) * (decisions[next] - level) < 0 && (next != place + 1 || next % Panel != 0));
        byte[] colour = Crosses(0) ? [30, 30, 30] : Crosses(1) || Crosses(-1) ? [140, 140, 140]
            : decisions[place] > 0 ? (decisions[place] > 1 ? [250, 205, 170] : [253, 232, 216]) : (decisions[place] < -1 ? [186, 212, 238] : [222, 234, 247]);
        colour.CopyTo(pixels, place * 3);
    }

    HashSet<int> support = [.. one.Support!.ToArray<int>()];
    foreach ((int example, int label) in side.ToArray<int>().Index())
    {
        int half = support.Contains(example) ? 4 : 2, column = (int)((points[2 * example] + 3) / 6 * Panel), row = (int)((3 - points[(2 * example) + 1]) / 6 * Panel);
        for (int i = Math.Max(row - half, 0); i <= Math.Min(row + half, Panel - 1); i++)
        {
            for (int j = Math.Max(column - half, 0); j <= Math.Min(column + half, Panel - 1); j++)
                (label == 1 ? (byte[])[214, 96, 20] : [31, 99, 170]).CopyTo(pixels, ((i * Panel) + j) * 3);
        }
    }

    return Tensor.From(pixels, [Panel, Panel, 3]);
}
