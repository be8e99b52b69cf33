#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// Generative adversarial networks draw images: DCGAN, one with classes, and a Wasserstein critic with a gradient penalty; a classifier says how clear and how varied the images are.  dotnet run -c Release samples/dcgan.cs
// (Goodfellow et al., 2014; Mirza and Osindero, 2014; Radford et al., 2016; Gulrajani et al., 2017; Salimans et al., 2016.)
// Arguments: logistic, conditional or wasserstein; epochs; filters; MNIST's folder or - for the embedded clothes; a folder for the pictures; the seed.
using System.Diagnostics;
using Laminet.Data;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

string kind = args.Length > 0 ? args[0] : "logistic";
(int epochs, int filters) = (args.Length > 1 ? int.Parse(args[1]) : 2, args.Length > 2 ? int.Parse(args[2]) : 8);
int hidden = 32 * filters;
ImageDataset data = args.Length > 3 && args[3] != "-" ? Mnist.Load(args[3]) : FashionMnist.Load();
string folder = Directory.CreateDirectory(args.Length > 4 ? args[4] : "dcgan").FullName;
ulong seed = args.Length > 5 ? ulong.Parse(args[5]) : 1;
(Tensor images, Tensor labels) = (data.TrainImages, data.TrainLabels.Cast(DType.Int32));

// What judges: the course's convnet, trained on the real images.
Sequential judge = CourseConvnet.Create([28, 28, 1], seed: 1);
judge.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
judge.Fit(images, labels, batchSize: 128, epochs: data.TrainImages.Shape[0] > 20_000 ? 6 : 3);
(Tensor unseen, int count) = (data.TestImages, data.TestImages.Shape[0]);
Console.WriteLine($"the judge: test accuracy {judge.Evaluate(unseen, data.TestLabels)["accuracy"]:F4}; score of {count} real images {ClassifierScore.Of(judge.Predict(unseen, batchSize: 500)):F2}");

(bool hasClasses, bool isWasserstein) = (kind == "conditional", kind == "wasserstein");
int? classes = hasClasses ? 10 : null;
// A critic that learns three times as fast as the generator needs no steps of its own between (Heusel et al., 2017).
Optimizer Rate(double ofCritic = 1) => isWasserstein ? new Adam(2e-4 * ofCritic, beta1: 0.5, beta2: 0.9) : new Adam(4e-4, beta1: 0.5);
AdversarialTraining training = new(
    Dcgan.Generator([28, 28, 1], filters: filters, hidden: hidden, classes: classes, seed: seed),
    Dcgan.Discriminator([28, 28, 1], filters, hidden, classes, dropout: isWasserstein ? 0 : 0.3, normalize: !isWasserstein, seed: seed + 1))
{
    Objective = isWasserstein ? AdversarialObjective.Wasserstein : AdversarialObjective.Logistic,
    GeneratorOptimizer = Rate(), DiscriminatorOptimizer = Rate(ofCritic: 3), Seed = seed,
};
string file = Path.Combine(folder, $"{kind}.laminet");
var clock = Stopwatch.StartNew();
training.Fit(Dataset.FromTensors(images, labels).Shuffle(seed: 4).Batch(64, dropRemainder: true), epochs, (epoch, losses) =>
{
    training.Save(file);
    Tensor drawn = Bytes(training.Draw(10_000, seed: 5, hasClasses ? [.. Enumerable.Range(0, 10_000).Select(i => i % 10)] : []));
    Tensor told = judge.Predict(drawn, batchSize: 500);
    double[] shares = ClassifierScore.Shares(told);
    // The images of a conditional generator come in the order of the classes.
    string asked = hasClasses ? $"; {told.ArgMax().Cast(DType.Int32).ToArray<int>().Index().Count(one => one.Item == one.Index % 10) / 100.0:F1} % of the class asked for, images of a class vary {Variety(drawn, Tensor.Range(0, 10_000).Mod(10)) / Variety(images, labels):F2} times as much as the real ones" : "";
    Console.WriteLine($"epoch {epoch} ({clock.Elapsed.TotalSeconds:F0} s): losses {losses.Discriminator:F3}, {losses.Generator:F3}; score of 10,000 drawn images {ClassifierScore.Of(told):F2}; the rarest class {shares.Min():P1}{asked}");
    Image.Write(Path.Combine(folder, $"{kind}.png"), drawn.Slice(0, 100).Reshape([10, 10, 28, 28]).Transpose(0, 2, 1, 3).Reshape([280, 280, 1]));
});
Console.WriteLine($"{training.Steps} steps in {clock.Elapsed.TotalSeconds:F1} s; picture and checkpoint in {folder}");

// The mean over classes and pixels of the variance between images of a class: 0 for a generator that draws one image of each.
static double Variety(Tensor images, Tensor classes)
{
    Tensor pixels = images.Cast(DType.Float32).Reshape([images.Shape[0], -1]), kinds = classes.Cast(DType.Int32);
    return Enumerable.Range(0, 10).Average(kind => pixels.Gather(Tensor.From([.. kinds.ToArray<int>().Index().Where(one => one.Item == kind).Select(one => one.Index)]), 0).Variance(0).Mean().ToDouble());
}

static Tensor Bytes(Tensor images) => ((images + 1) * 127.5).Round().Clip(0.0, 255.0).Cast(DType.UInt8);
