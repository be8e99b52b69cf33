#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// Boltzmann machines: a small one learns exclusive or exactly; restricted ones learn images, and their log Z is counted, or estimated by annealed importance sampling.  dotnet run -c Release samples/boltzmann.cs
// (Ackley, Hinton and Sejnowski, 1985; Hinton, 2002; Tieleman, 2008; Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks", 2008.)
// Arguments: MNIST's folder or - for the embedded clothes; epochs; hidden units of the large machine; a folder for the pictures.
using System.Diagnostics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Tasks;

ImageDataset data = args.Length > 0 && args[0] != "-" ? Mnist.Load(args[0]) : FashionMnist.Load();
(int epochs, int many) = (args.Length > 1 ? int.Parse(args[1]) : 10, args.Length > 2 ? int.Parse(args[2]) : 200);
string folder = Directory.CreateDirectory(args.Length > 3 ? args[3] : "boltzmann").FullName;

// Three visible units, the third of them the exclusive or of the others; without a hidden unit all eight states stay alike.
Tensor truth = Tensor.From(new double[] { 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0 }, [4, 3]);
foreach (int hidden in (int[])[0, 1])
{
    BoltzmannMachine small = new(3, hidden, seed: 2);
    small.Weights.Assign(small.Weights.Value * 20);
    small.Fit(truth, new SGD(0.2, momentum: 0.9), 3000);
    Tensor states = small.Sample(Tensor.Zeros([1000, 3 + hidden], DType.Float64), sweeps: 50, new RandomKey(1)).Slice(0, 3, axis: 1);
    double right = states.Slice(0, 1, axis: 1).NotEqual(states.Slice(1, 2, axis: 1)).Equal(states.Slice(2, 3, axis: 1).Equal(1)).Cast(DType.Float64).Mean().ToDouble();
    Console.WriteLine($"exclusive or, {hidden} hidden units: log-likelihood {small.LogLikelihood(truth).Mean().ToDouble():F3} of {-2 * Math.Log(2):F3} at best; {right:P1} of 1000 drawn states are right");
}

// Images of 0 and 1. With 16 hidden units log Z can be counted.
Tensor Pixels(Tensor bytes) => bytes.Reshape([bytes.Shape[0], -1]).Greater(127).Cast(DType.Float32);
(Tensor train, Tensor test) = (Pixels(data.TrainImages), Pixels(data.TestImages));
foreach (bool persistent in (bool[])[false, true])
{
    RestrictedBoltzmannMachine machine = Learn(16, VisibleUnits.Binary, train, persistent, persistent ? 0.01 : 0.05, out double seconds);
    double exact = machine.LogPartition();
    (double estimate, double low, double high) = AnnealedImportanceSampling.Estimate(machine, new RandomKey(3), temperatures: 10_000, chains: 100, data: train);
    Console.WriteLine($"16 hidden units, {(persistent ? "persistent CD" : "CD-1")}, {epochs} epochs in {seconds:F1} s: log Z {exact:F2}, estimated {estimate:F2} ({low:F2} to {high:F2}); test log-likelihood {-machine.FreeEnergy(test).Mean().ToDouble() - exact:F2} nats");
}

RestrictedBoltzmannMachine large = Learn(many, VisibleUnits.Binary, train, persistent: true, 0.02, out double whole);
(double logZ, double from, double to) = AnnealedImportanceSampling.Estimate(large, new RandomKey(4), temperatures: 2000, chains: 100, data: train);
Console.WriteLine($"{many} hidden units, persistent CD, {epochs} epochs in {whole:F1} s: pseudo-log-likelihood {large.PseudoLogLikelihood(test, new RandomKey(5)).Mean().ToDouble():F2} nats; log Z about {logZ:F2} ({from:F2} to {to:F2}), test log-likelihood about {-large.FreeEnergy(test).Mean().ToDouble() - logZ:F2}");
Tensor drawn = large.Sample(test.Slice(0, 60), steps: 1000, new RandomKey(6));
Tensor means = large.VisibleMeans(large.HiddenProbabilities(drawn));
Image.Write(Path.Combine(folder, "drawn.png"), Tiles.Of(means.Reshape([60, 28, 28]).Transpose(1, 2, 0), together: true));
Image.Write(Path.Combine(folder, "weights.png"), Tiles.Of(large.Weights.Value.Slice(0, 64, axis: 1).Reshape([28, 28, 64])));

// Grey values, each pixel with mean 0 and deviation 1.
Tensor grey = data.TrainImages.Reshape([train.Shape[0], -1]).Cast(DType.Float32) / 255, standard = (grey - grey.Mean(0)) / (grey.Variance(0) + 0.01).Sqrt();
RestrictedBoltzmannMachine gaussian = Learn(many, VisibleUnits.Gaussian, standard, persistent: false, 0.002, out double time);
Tensor seen = standard.Slice(0, 1000);
double error = (gaussian.VisibleMeans(gaussian.HiddenProbabilities(seen)) - seen).Square().Mean().ToDouble() / seen.Square().Mean().ToDouble();
Console.WriteLine($"Gaussian units, {many} hidden, {epochs} epochs in {time:F1} s: {1 - error:P1} of the variance is reconstructed");
Console.WriteLine($"pictures in {folder}");

RestrictedBoltzmannMachine Learn(int hidden, VisibleUnits kind, Tensor images, bool persistent, double rate, out double seconds)
{
    RestrictedBoltzmannMachine machine = new(784, hidden, kind, seed: 1);
    machine.Start(images);
    var clock = Stopwatch.StartNew();
    new ContrastiveDivergence(machine, new SGD(rate, momentum: persistent ? 0 : 0.5), persistentChains: persistent ? 100 : 0, seed: 2).Fit(images, batchSize: 100, epochs);
    seconds = clock.Elapsed.TotalSeconds;
    return machine;
}
