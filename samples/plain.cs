#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// What skips are for: 56 layers without them (plain) and with them (ResNet-56); losses, and gradients by depth.  dotnet run -c Release samples/plain.cs
// He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016. Arguments: the number of steps; a folder of photographs with train/CLASS (CIFAR-10's, 32 x 32); a folder for the pictures.
using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

int steps = args.Length > 0 ? int.Parse(args[0]) : 100;
string? photographs = args.Length > 1 && args[1] != "-" ? args[1] : null;
string folder = Directory.CreateDirectory(args.Length > 2 ? args[2] : "plain").FullName;
const int batch = 32;
(Tensor images, Tensor labels) = photographs is null ? Clothes() : Photographs(photographs);
Console.WriteLine($"{images.Shape[0]} images of {images.Shape[1]} x {images.Shape[2]} x {images.Shape[3]}, {steps} steps of {batch}");

var networks = new Dictionary<string, Func<ClassifierSettings, Model>> { ["plain"] = CifarResNet.Plain56, ["residual"] = CifarResNet.ResNet56 };
Dictionary<string, List<double>> losses = [];
Dictionary<string, double[]> before = [], after = [];
foreach ((string name, Func<ClassifierSettings, Model> create) in networks)
{
    Model model = create(new() { InputShape = [images.Shape[1], images.Shape[2], images.Shape[3]], Classes = 10, Seed = 1 });
    before[name] = Norms(model);
    // The rate with which the paper warms up its deepest network, before 0.1.
    model.Compile(new SGD(0.01, momentum: 0.9), "sparse_categorical_crossentropy");
    losses[name] = [];
    for (int step = 0; step < steps; step++)
    {
        int start = step * batch % (images.Shape[0] - batch + 1);
        losses[name].Add(model.TrainOnBatch(images.Slice(start, start + batch), labels.Slice(start, start + batch))["loss"]);
    }

    after[name] = Norms(model);
}

Console.WriteLine($"norm of the gradient of each layer's weights, at the start and after {steps} steps");
Console.WriteLine($"{"layer",5}  {"plain",9}  {"residual",9}  {"plain",9}  {"residual",9}");
int depth = before["plain"].Length;
foreach (int layer in Enumerable.Range(0, depth).Where(layer => layer % 6 == 0 || layer == depth - 1))
    Console.WriteLine($"{layer + 1,5}  {before["plain"][layer],9:G3}  {before["residual"][layer],9:G3}  {after["plain"][layer],9:G3}  {after["residual"][layer],9:G3}");
foreach (string name in networks.Keys)
{
    double Mean(IEnumerable<double> some) => some.Average();
    Console.WriteLine($"{name}: first to last convolution {before[name][0] / before[name][depth - 2]:G3} at the start, {after[name][0] / after[name][depth - 2]:G3} after; loss {Mean(losses[name].Take(10)):F3} in the first ten steps, {Mean(losses[name].TakeLast(10)):F3} in the last ten");
}

double[] all = [.. Enumerable.Range(1, steps).Select(step => (double)step)], layers = [.. Enumerable.Range(1, depth).Select(layer => (double)layer)];
Chart.Lines([.. networks.Keys.Select(name => (name, (IReadOnlyList<double>)all, (IReadOnlyList<double>)Smooth(losses[name])))], "loss of 56 layers (mean of ten steps)", "step", "loss").Save(Path.Combine(folder, "losses.svg"));
Chart.Lines([.. networks.Keys.SelectMany(name => new (string, IReadOnlyList<double>, IReadOnlyList<double>)[] { ($"{name}, start", layers, before[name]), ($"{name}, after", layers, after[name]) })],
    "norms of gradients", "layer", "norm", logarithmic: true).Save(Path.Combine(folder, "norms.svg"));
Console.WriteLine($"pictures in {folder}");

// The norm of the loss's gradient by each kernel, from the first layer to the last.
double[] Norms(Model model)
{
    Variable[] kernels = [.. model.TrainableWeights.Where(weight => weight.Shape.Rank is 2 or 4)];
    Loss loss = "sparse_categorical_crossentropy";
    (Tensor x, Tensor y) = (images.Slice(0, batch), labels.Slice(0, batch));
    return [.. Gradient.ValueAndGradients(() => loss.Call(y, model.Call(x, new CallContext(training: true))), kernels).Gradients.Select(gradient => Math.Sqrt(gradient.Square().Sum().ToDouble()))];
}

static double[] Smooth(List<double> numbers) => [.. numbers.Select((_, i) => numbers.Skip(Math.Max(0, i - 9)).Take(Math.Min(10, i + 1)).Average())];

// Half as high and wide: a step takes a quarter of the time.
static (Tensor, Tensor) Clothes()
{
    ImageDataset data = FashionMnist.Load();
    return (data.TrainImages.Cast(DType.Float32).AveragePool((2, 2)), data.TrainLabels);
}

static (Tensor, Tensor) Photographs(string folder)
{
    Batch some = new ImageFolder(Path.Combine(folder, "train")).ToDataset(new ImageReading { Size = (32, 32) }, parallelism: Engine.Threads).Shuffle(seed: 1).Batch(12_800).Batches().First();
    return (some.X.Cast(DType.Float32), some.Y!);
}
