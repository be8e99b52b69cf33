#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
#:project ../src/Laminet.Transfer/Laminet.Transfer.csproj
// Training from scratch, a head on frozen features, and fine-tuning, with 10, 50 and 100 % of the examples.  dotnet run -c Release samples/transfer.cs
// Without arguments five kinds of clothes are learned after five others; with a file of weights of PyTorch or Keras and a folder of photographs with train and val, the photographs.
using System.Diagnostics;
using System.Globalization;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Transfer;
using Laminet.Transfer;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;

const ulong seed = 0;
const int side = 256, batch = 32;
bool isOfPhotographs = args.Length >= 2;
Func<Model> trained, untrained;
Func<double, (Dataset Train, int Count)> part;
Dataset test;
int classes, scratchEpochs;
if (isOfPhotographs)
{
    ImageReading reading = new() { Size = (side, side), Fit = ImageFit.CenterCrop, ShorterSide = side * 8 / 7 };
    ImageFolder train = new(Path.Combine(args[1], "train")), held = new(Path.Combine(args[1], "val"), train.Classes);
    (classes, scratchEpochs) = (train.Classes.Count, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 20);
    test = held.Cache(reading, parallelism: Engine.Threads).Batch(batch);
    part = share =>
    {
        ImageFolder some = share < 1 ? train.Split(share, seed).Validation : train;
        return (some.Cache(reading, parallelism: Engine.Threads), some.Count);
    };
    trained = () => Pretrained.Load(args[0], inputShape: [side, side, 3]);
    string network = Pretrained.Recognize(args[0]);
    untrained = () => Laminet.Zoo.Models.ModelCatalog.Find(network).Create([side, side, 3], classes, seed).WithoutTop();
}
else
{
    ImageDataset clothes = FashionMnist.Load();
    (classes, scratchEpochs) = (5, args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10);
    (Tensor earlierX, Tensor earlierY) = Of(clothes.TrainImages, clothes.TrainLabels, label => label < 5);
    (Tensor x, Tensor y) = Of(clothes.TrainImages, clothes.TrainLabels, label => label >= 5);
    (Tensor testX, Tensor testY) = Of(clothes.TestImages, clothes.TestLabels, label => label >= 5);
    // Few examples are where it helps: 400 of the later kinds.
    (x, y) = (x.Slice(0, 400), y.Slice(0, 400));
    test = Dataset.FromTensors(testX, testY).Batch(256);
    part = share => ((int)(share * 400) is var count ? Dataset.FromTensors(x.Slice(0, count), y.Slice(0, count)) : null!, (int)(share * 400));
    untrained = Network;
    Model earlier = Network().WithHead(5, seed: seed);
    earlier.Trainable = true;
    earlier.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
    earlier.Fit(earlierX, earlierY, batchSize: 64, epochs: args.Length > 0 ? 2 : 6);
    string file = Path.Combine(Path.GetTempPath(), $"laminet-transfer-{Environment.ProcessId}.laminet");
    earlier.Save(file);
    trained = () => Model.Load(file).WithoutTop();
    AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(file);
}

Console.WriteLine($"{"examples",8}  {"from scratch",22}  {"frozen features",22}  {"fine-tuned",22}");
foreach (double share in (double[])[0.1, 0.5, 1])
{
    (Dataset train, int count) = part(share);
    string scratch = Run(() =>
    {
        Model model = untrained().WithHead(classes, seed: seed);
        model.Trainable = true;
        model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
        model.Fit(train.Shuffle(seed).Batch(batch), scratchEpochs);
        return model;
    });
    string frozen = Run(() => Tuned(train, 0)), tuned = Run(() => Tuned(train, 5));
    Console.WriteLine($"{count,8}  {scratch,22}  {frozen,22}  {tuned,22}");
}

Model Tuned(Dataset train, int epochs)
{
    Model model = trained().WithHead(classes, seed: seed);
    model.FineTune(train.Shuffle(seed).Batch(batch), settings: isOfPhotographs ? new() { Epochs = epochs } : new() { HeadLearningRate = 0.01, Epochs = epochs, LearningRate = 2e-3, Unfrozen = 1 });
    return model;
}

// Accuracy on the test images, seconds, and the memory of a step.
string Run(Func<Model> train)
{
    var clock = Stopwatch.StartNew();
    Model model = train();
    double seconds = clock.Elapsed.TotalSeconds, accuracy = model.Evaluate(test)["accuracy"];
    return string.Create(CultureInfo.InvariantCulture, $"{accuracy:F3} {seconds,6:F1} s {model.Plan(batch).TrainingBytes!.Value / 1e6,5:F0} MB");
}

static (Tensor X, Tensor Y) Of(Tensor images, Tensor labels, Func<int, bool> holds)
{
    int[] all = labels.ToArray<int>(), chosen = [.. Enumerable.Range(0, all.Length).Where(i => holds(all[i]))];
    return (images.Gather(Tensor.From(chosen)), Tensor.From(chosen.Select(i => all[i] % 5).ToArray()));
}

static Model Network()
{
    Input image = new([28, 28, 1]);
    SymbolicTensor x = new Conv2D(16, 3, activation: "relu").Call(new Rescaling(1.0 / 255).Call(image));
    x = new Conv2D(32, 3, activation: "relu").Call(new MaxPooling2D().Call(x));
    return new Model(image, new Dense(64, "relu").Call(new Flatten().Call(new MaxPooling2D().Call(x))), seed);
}
