#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// Hopfield's network recalls what it stored, until there is too much of it; the continuous one recalls a thousand clothes.  dotnet run -c Release samples/hopfield.cs
// (Hopfield, 1982; Amit, Gutfreund and Sompolinsky, 1985; Storkey, 1997; Ramsauer et al., "Hopfield networks is all you need", 2020.)
// Arguments: units; networks for each load; a folder for the pictures.
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Tasks;

int units = args.Length > 0 ? int.Parse(args[0]) : 1000, networks = args.Length > 1 ? int.Parse(args[1]) : 2;
string folder = Directory.CreateDirectory(args.Length > 2 ? args[2] : "hopfield").FullName;

// Random patterns under Hebb's rule: how much of each is left where the network settles that starts at it.
double[] loads = [0.05, 0.1, 0.12, 0.13, 0.14, 0.15, 0.16, 0.2];
double[] overlaps = [.. loads.Select(load => Enumerable.Range(0, networks).Average(seed => Overlap((int)Math.Round(load * units), new RandomKey((ulong)seed))))];
foreach ((double load, double overlap) in loads.Zip(overlaps))
    Console.WriteLine($"{units} units, load {load:F2}: overlap {overlap:F3}");
Chart.Lines([($"{units} units", loads, overlaps)], "what Hebb's rule remembers", "patterns for each unit", "overlap").Save(Path.Combine(folder, "loads.svg"));

// Clothes are alike, which Hebb's rule cannot bear; Storkey's can. A fifth of the pixels is turned over.
Tensor clothes = Pixels(FashionMnist.Load().TrainImages.Slice(0, 1000)), some = Signs(clothes.Slice(0, 12) - 0.4);
Tensor noisy = some * Signs(new RandomKey(1).Uniform(some.Shape) - 0.2);
List<Tensor> rows = [some, noisy];
foreach (HopfieldRule rule in Enum.GetValues<HopfieldRule>())
{
    HopfieldNetwork network = new(784);
    network.Store(some, rule);
    List<double> energies = [];
    Tensor recalled = network.Recall(noisy, new RandomKey(2), afterFlip: (state, energy) => { if (state == 0) energies.Add(energy); });
    bool falls = energies.Zip(energies.Skip(1)).All(pair => pair.Second <= pair.First);
    Console.WriteLine($"12 clothes, {rule}: overlap {(recalled * some).Mean().ToDouble():F3} from {(noisy * some).Mean().ToDouble():F3}; the first: {energies.Count} changes, energy {energies[0]:F0} to {energies[^1]:F0}, never up: {falls}");
    rows.Add(recalled);
}

Image.Write(Path.Combine(folder, "clothes.png"), Sheet([.. rows.Select(row => (1 - row) / 2)]));

// The continuous network, from half of their pixels.
Tensor centred = clothes - clothes.Mean(1, keepDims: true), patterns = centred / centred.Norm(1, keepDims: true);
Tensor halves = patterns * new RandomKey(3).Bernoulli(patterns.Shape, 0.5).Cast(DType.Float32);
ContinuousHopfieldNetwork continuous = new(patterns, beta: 1000);
Tensor remembered = continuous.Recall(halves);
double right = remembered.MatMul(patterns, transposeOther: true).ArgMax().Cast(DType.Int32).Equal(Tensor.Range(0, 1000)).Cast(DType.Float32).Mean().ToDouble();
Console.WriteLine($"1000 clothes, continuous, from half of the pixels: {right:P1} recalled, overlap {(remembered * patterns).Sum(1).Mean().ToDouble():F3}");
Image.Write(Path.Combine(folder, "halves.png"), Sheet([0.7 - (10 * halves.Slice(0, 12)), 0.7 - (10 * remembered.Slice(0, 12))]));
Console.WriteLine($"pictures in {folder}");

double Overlap(int count, RandomKey key)
{
    Tensor all = Signs(key.Normal([count, units]));
    HopfieldNetwork network = new(units);
    network.Store(all);
    return (network.Recall(all, key.Fold(1)) * all).Mean().ToDouble();
}

Tensor Pixels(Tensor bytes) => bytes.Reshape([bytes.Shape[0], -1]).Cast(DType.Float32) / 255;
Tensor Signs(Tensor x) => Tensor.Where(x.Greater(0), x.OnesLike(), -x.OnesLike());

// Each row twelve images.
Tensor Sheet(IReadOnlyList<Tensor> images)
{
    Tensor all = Tensor.Stack(images).Reshape([images.Count, 12, 28, 28]).Transpose(0, 2, 1, 3);
    return (all.Reshape([images.Count * 28, 12 * 28, 1]).Clip(0.0, 1.0) * 255).Cast(DType.UInt8);
}
