#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// What augmentation gains: accuracy on training and test images without it and with it.  dotnet run -c Release samples/cifar.cs
// With a folder of images of 32 x 32 that has train and test, a network of 'laminet models', epochs and 'plain' or 'augmented' for one of both; without arguments a small network on 1,000 clothes.
using System.Diagnostics;
using System.Globalization;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

const ulong seed = 0;
bool isFolder = args.Length > 0;
string name = args.Length > 1 ? args[1] : isFolder ? "resnet20" : "a small network", only = args.Length > 3 ? args[3] : "";
int epochs = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : isFolder ? 30 : 25, batch = isFolder ? 64 : 32;
// Without batch normalisation a rate of 0.1 is too high.
double highestRate = !isFolder ? 0.05 : name.StartsWith("alexnet", StringComparison.Ordinal) ? 0.01 : 0.1;
ImageLayer[] layers;
Dataset train, test;
Func<Model> network;
if (isFolder)
{
    ImageReading reading = new() { Size = (32, 32) };
    ImageFolder images = new(Path.Combine(args[0], "train")), held = new(Path.Combine(args[0], "test"), images.Classes);
    (train, test) = (images.Cache(reading, parallelism: Engine.Threads), held.Cache(reading, parallelism: Engine.Threads));
    network = () => ModelCatalog.Find(name).Create([32, 32, 3], images.Classes.Count, seed);
    // Mirrored, shifted by up to 3 pixels, turned by up to 5.4 degrees, up to a tenth larger or smaller. By the nearest pixels: means of pixels are softer than the test images.
    layers = [new RandomFlip(FlipMode.Horizontal), new RandomTranslation(0.1, 0.1, interpolation: Interpolation.Nearest),
        new RandomRotation(0.015, interpolation: Interpolation.Nearest), new RandomZoom(0.1, interpolation: Interpolation.Nearest)];
}
else
{
    ImageDataset clothes = FashionMnist.Load();
    train = Dataset.FromTensors(clothes.TrainImages.Slice(0, 1000), clothes.TrainLabels.Slice(0, 1000));
    test = Dataset.FromTensors(clothes.TestImages, clothes.TestLabels);
    network = Small;
    // Clothes lie in the middle: mirrored, shifted by a pixel.
    layers = [new RandomFlip(FlipMode.Horizontal), new RandomTranslation(0.04, 0.04, interpolation: Interpolation.Nearest)];
}

Dataset plain = train.Shuffle(seed).Batch(batch), augmented = plain.Map(Augmented, seed, parallelism: Engine.Threads);
Print($"{name} ({network().TrainableWeights.Sum(weight => weight.Shape.LongCount):N0} parameters), {train.Count} images, {epochs} epochs, batch {batch}");
if (only != "plain")
{
    // Some batches first, until the code is compiled.
    int seen = augmented.Batches(0).Take(30).Count();
    var clock = Stopwatch.StartNew();
    seen = augmented.Batches(1).Take(100).Sum(one => one.Inputs[0].Shape[0]);
    Print($"augmentation alone: {seen / clock.Elapsed.TotalSeconds:F0} images a second");
}

if (only != "augmented")
    Run("without augmentation", plain);
if (only != "plain")
    Run("with augmentation", augmented);

// The layers one after the other, each with a key of its own.
Batch Augmented(Batch images, RandomKey key) => layers.Index().Aggregate(images, (all, layer) => layer.Item.Call(all, key.Fold((ulong)layer.Index)));

void Run(string what, Dataset data)
{
    Model model = network();
    int steps = epochs * data.Count!.Value;
    // With a momentum of 0.9 these decays, apart from the gradient, are PyTorch's 1e-3 and 5e-4.
    SGD optimizer = new(new OneCycle(highestRate, steps, pctStart: 0.2), momentum: 0.9, nesterov: true) { WeightDecay = isFolder ? 1e-2 : 5e-3 };
    optimizer.ExcludeFromWeightDecay(["bias", "gamma", "beta"]);
    model.Compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"]);
    var clock = Stopwatch.StartNew();
    model.Fit(data.Prefetch(4), epochs, callbacks: isFolder ? [new ProgressBar()] : []);
    double seconds = clock.Elapsed.TotalSeconds, seen = model.Evaluate(train.Batch(250))["accuracy"], unseen = model.Evaluate(test.Batch(250))["accuracy"];
    Print($"{what}: training accuracy {seen:F4}, test accuracy {unseen:F4} ({Mirrored(model):F4} with the mirror images asked too), gap {seen - unseen:F4}, {seconds:F0} s, {1000 * seconds / steps:F1} ms a step");
}

// The share of test images whose class has most of the probabilities of the image and of its mirror image together.
double Mirrored(Model model) => test.Batch(250).Batches().Average(
    pair => (model.PredictOnBatch(pair.X) + model.PredictOnBatch(pair.X.Flip(2))).ArgMax().Equal(pair.Y!.Cast(DType.Int32)).Cast(DType.Float64).Mean().ToDouble());

static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

static Model Small()
{
    Input image = new([28, 28, 1]);
    SymbolicTensor x = new Conv2D(16, 3, activation: "relu").Call(new Rescaling(1.0 / 255).Call(image));
    x = new Conv2D(32, 3, activation: "relu").Call(new MaxPooling2D().Call(x));
    x = new Dense(64, "relu").Call(new Flatten().Call(new MaxPooling2D().Call(x)));
    return new Model(image, new Dense(10, "softmax").Call(x), seed);
}
