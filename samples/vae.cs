#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// Variational autoencoders: the evidence bound, a map of two latents, classes on demand, and what beta gives up.  dotnet run -c Release samples/vae.cs
// Kingma and Welling, "Auto-encoding variational Bayes", 2013; Sohn, Lee and Yan, 2015; Higgins et al., "beta-VAE", 2017.
// Arguments: MNIST's folder or - for the embedded clothes; epochs; epochs of the three small models; a folder for the pictures.
using System.Diagnostics;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Training.Callbacks;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

ImageDataset data = args.Length > 0 && args[0] != "-" ? Mnist.Load(args[0]) : FashionMnist.Load();
int epochs = args.Length > 1 ? int.Parse(args[1]) : 4, few = args.Length > 2 ? int.Parse(args[2]) : 4;
string folder = Directory.CreateDirectory(args.Length > 3 ? args[3] : "vae").FullName;
const int BatchSize = 100, MapSide = 11;
Shape image = [28, 28, 1];
int count = data.TrainImages.Shape[0];
var clock = Stopwatch.StartNew();

// Each pixel is drawn black or white in each step, with its grey level as probability.
Console.WriteLine($"{count} images, {epochs} epochs, 50 latents");
VariationalAutoencoder model = VariationalAutoencoder.Create(image, latents: 50, hidden: [500, 500], seed: 1);
Train("bound", model, epochs);
Image.Write(At("drawn.png"), Sheet(model.Sample(40, new RandomKey(2))));
Tensor some = data.TestImages.Slice(0, 12).Cast(DType.Float32) / 255;
Chart.ImageGrid(Tensor.Concatenate([some, model.Predict(some)], 0) * 255, columns: 12, side: 28).Save(At("reconstructed.png"));

// Two latents are a map: each place is an image, and each image has a place.
VariationalAutoencoder map = VariationalAutoencoder.Create(image, latents: 2, hidden: [256, 128], seed: 1);
Train("2 latents", map, few);
// As many places between two lines as N(0, 1) has probability there: the inverse of its distribution function.
Tensor places = ((Tensor.Range(0, MapSide, DType.Float32) + 0.5) * (2.0 / MapSide) - 1).Erfinv() * Math.Sqrt(2);
Tensor across = places.ExpandDims(0).BroadcastTo([MapSide, MapSide]), grid = Tensor.Stack([across, -across.Transpose()], -1).Reshape(-1, 2);
Image.Write(At("map.png"), Sheet(map.Decode(grid)));
int shown = Math.Min(1000, data.TestImages.Shape[0]);
Chart.Scatter(map.Encode(data.TestImages.Slice(0, shown)).Mean, data.TestLabels.Slice(0, shown), data.ClassNames, "where the encoder puts images").Save(At("places.png"));

// Told the class, the latents are free for the rest: style. A column is a class, a row one style.
VariationalAutoencoder conditional = VariationalAutoencoder.Create(image, latents: 2, hidden: [256, 128], classes: 10, seed: 1);
Train("2 latents, told the class", conditional, few, told: true);
Tensor styles = new RandomKey(3).Normal([8, 1, 2]).BroadcastTo([8, 10, 2]).Reshape(80, 2), kinds = Tensor.Range(0, 80).Mod(10);
Chart.ImageGrid(conditional.Decode(styles, kinds) * 255, columns: 10, side: 28).Save(At("kinds.png"));

// The greater beta, the fewer latents tell anything.
foreach (double beta in (double[])[1, 4])
{
    VariationalAutoencoder one = VariationalAutoencoder.Create(image, latents: 16, hidden: [256, 128], beta: beta, seed: 1);
    Train($"beta {beta}, 16 latents", one, few);
    Tensor means = one.Encode(data.TestImages).Mean;
    Console.WriteLine($"beta {beta}: {means.Variance(0).Greater(0.01).Cast(DType.Int32).Sum().ToDouble()} of 16 latents tell something");
}

Console.WriteLine($"pictures in {folder}");

void Train(string name, VariationalAutoencoder one, int most, bool told = false)
{
    one.Compile(new Adam(new CosineDecay(1e-3, most * ((count + BatchSize - 1) / BatchSize))));
    Bundle<Tensor> Inputs(Tensor images, Tensor labels) => told ? [images, labels] : images;
    one.Fit(Inputs(data.TrainImages, data.TrainLabels), batchSize: BatchSize, epochs: most, callbacks: [new LambdaCallback(onEpochEnd: (_, epoch, logs) =>
    {
        if (most >= 10 && epoch % 5 == 0)
            Console.WriteLine($"  epoch {epoch + 1}: {logs["loss"]:F2} nats, {clock.Elapsed.TotalSeconds:F0} s");
    })]);
    IReadOnlyDictionary<string, double> figures = one.Evaluate(Inputs(data.TestImages, data.TestLabels), batchSize: 500);
    Console.WriteLine($"{name}: {figures["reconstruction"] + figures["kl"]:F2} nats an image of the test set, of these {figures["kl"]:F2} for the latents; {clock.Elapsed.TotalSeconds:F0} s");
}

Tensor Sheet(Tensor images) => Tiles.Of(images.Reshape(-1, 28, 28).Transpose(1, 2, 0), together: true);

string At(string name) => Path.Combine(folder, name);
