#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
// The family of autoencoders side by side: plain, denoising, sparse, contractive, convolutional, and principal components.  dotnet run -c Release samples/autoencoders.cs
// Hinton and Salakhutdinov, 2006; Vincent et al., 2008; Ng, 2011; Rifai et al., 2011; Masci et al., 2011.
// Arguments: MNIST's folder or - for the embedded clothes; how many images; epochs; a folder for the pictures.
using System.Diagnostics;
using Laminet.Estimators;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

ImageDataset data = args.Length > 0 && args[0] != "-" ? Mnist.Load(args[0]) : FashionMnist.Load();
int count = Math.Min(args.Length > 1 ? int.Parse(args[1]) : 4000, data.TrainImages.Shape[0]), epochs = args.Length > 2 ? int.Parse(args[2]) : 6;
string folder = Directory.CreateDirectory(args.Length > 3 ? args[3] : "autoencoders").FullName;
const int Code = 16, Wide = 256, BatchSize = 50;
const double Noise = 0.5;
Tensor Pixels(Tensor bytes) => bytes.Cast(DType.Float32) / 255;
(Tensor train, Tensor test) = (Pixels(data.TrainImages.Slice(0, count)), Pixels(data.TestImages));
(Tensor flatTrain, Tensor flatTest) = (train.Reshape(count, -1), test.Reshape(test.Shape[0], -1));
var clock = Stopwatch.StartNew();
Console.WriteLine($"{count} images, {epochs} epochs; PSNR of unseen images");

// A code of a few numbers: the network bends where principal components are straight.
PCA pca = new() { NComponents = Code };
pca.Fit(flatTrain);
Console.WriteLine($"{Code} principal components: {Decibels(pca.InverseTransform(pca.Transform(flatTest)), flatTest):F2} dB");
Sequential plain = Trained(Autoencoder.Create([28, 28, 1], Code, [256, 64], codeActivation: "linear", seed: 1));
Console.WriteLine($"plain, a code of {Code}: {Decibels(Of(plain, test), test):F2} dB; {Seconds()}");

Sequential maps = Trained(Autoencoder.Convolutional([28, 28, 1], seed: 1));
Console.WriteLine($"convolutional, a code of {Autoencoder.EncoderOf(maps).OutputShape}, {maps.ParameterCount:N0} parameters: {Decibels(Of(maps, test), test):F2} dB; {Seconds()}");

// The targets are clean: the network learns which images there are, and noise is none of them.
Sequential denoising = Trained(Autoencoder.Create([28, 28, 1], Wide, noise: Noise, seed: 1));
Tensor noisy = test + new RandomKey(2).Normal(test.Shape, 0, Noise), cleaned = Of(denoising, noisy);
double before = Decibels(noisy.Clip(0, 1), test), after = Decibels(cleaned, test);
Console.WriteLine($"denoising: noisy {before:F2} dB, cleaned {after:F2} dB, gain {after - before:F2} dB; {Seconds()}");

// Many units, few of them active at a time.
foreach ((string name, SparsityDivergence? sparsity) in ((string, SparsityDivergence?)[])[("dense", null), ("sparse", new SparsityDivergence(0.05, 0.01))])
{
    Sequential units = Trained(Autoencoder.Create([28, 28, 1], Wide, codeActivation: "sigmoid", sparsity: sparsity, seed: 1));
    Tensor codes = Of(Autoencoder.EncoderOf(units), test);
    Console.WriteLine($"{name}, {Wide} sigmoid units: mean activation {codes.Mean().ToDouble():F3}, above a half {codes.Greater(0.5).Cast(DType.Float32).Mean().ToDouble():P0}, {Decibels(Of(units, test), test):F2} dB; {Seconds()}");
    Image.Write(At($"{name}.png"), Tiles.Of(Autoencoder.EncoderOf(units).GetLayer("code").Weights[0].Value.Slice(0, 64, axis: 1).Reshape([28, 28, 64])));
}

// The code moves little when the image does, but along the few directions in which images differ.
foreach (double contraction in (double[])[0, 1e-3])
{
    ContractiveAutoencoder contractive = new(Wide, contraction, seed: 1);
    Fit(contractive, flatTrain);
    Console.WriteLine($"contraction {contraction}: |dh/dx|^2 {contractive.SquaredJacobian(contractive.Encode(flatTest)).Mean().ToDouble():F3}, {Decibels(Of(contractive, flatTest), flatTest):F2} dB; {Seconds()}");
}

Tensor[] rows = [test, Of(plain, test.Slice(0, 10)), Of(maps, test.Slice(0, 10)), noisy.Clip(0, 1), cleaned];
Chart.ImageGrid(Tensor.Concatenate([.. rows.Select(row => row.Slice(0, 10))], 0) * 255, columns: 10, side: 28).Save(At("rows.png"));
Console.WriteLine($"pictures in {folder}");

Sequential Trained(Sequential model)
{
    Fit(model, train);
    return model;
}

void Fit(Model model, Tensor x)
{
    model.Compile(new Adam(new CosineDecay(2e-3, epochs * (count / BatchSize))), new BinaryCrossentropy());
    model.Fit(x, x, batchSize: BatchSize, epochs: epochs);
}

Tensor Of(Model model, Tensor x) => model.Predict(x, batchSize: 500);
static double Decibels(Tensor received, Tensor clean) => -10 * Math.Log10((received.Cast(DType.Float64) - clean.Cast(DType.Float64)).Square().Mean().ToDouble());
string Seconds() => $"{clock.Elapsed.TotalSeconds:F0} s";
string At(string name) => Path.Combine(folder, name);
