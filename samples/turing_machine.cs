#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// A neural Turing machine learns, from examples alone, to copy, to repeat, or to recall what it read, and does it for longer sequences too.  dotnet run -c Release samples/turing_machine.cs
// (Graves, Wayne and Danihelka, "Neural Turing machines", 2014.) Arguments: copy, repeat, recall, or small (a copy of short vectors, in seconds); the most steps; the seed; a folder for the picture.
using System.Diagnostics;
using Laminet.Tensors;
using Laminet.Vision.Images;
using Laminet.Zoo.Tasks;

string name = args.Length > 0 ? args[0] : "small";
int most = args.Length > 1 ? int.Parse(args[1]) : name switch { "small" => 1500, "repeat" => 12_000, _ => 6000 };
ulong seed = args.Length > 2 ? ulong.Parse(args[2]) : 1;
string folder = Directory.CreateDirectory(args.Length > 3 ? args[3] : "turing_machine").FullName;
// Products this small are too little work to share.
Engine.Threads = 1;

TuringMachine machine = new(
    name switch
    {
        "copy" => TuringTask.Copy,
        "repeat" => TuringTask.RepeatCopy,
        "recall" => TuringTask.AssociativeRecall,
        "small" => TuringTask.SmallCopy,
        _ => throw new ArgumentException($"Received the task {name}; expected copy, repeat, recall or small."),
    },
    most, seed: seed);
string kept = Path.Combine(folder, $"{name}.weights.safetensors");
Stopwatch watch = Stopwatch.StartNew();
int step = 0, bestStep = 0;
double leastWrong = double.PositiveInfinity;
for (bool isSolved = false; step < most && !isSolved;)
{
    int steps = Math.Min(250, most - step);
    double loss = machine.Learn(steps);
    step += steps;
    IReadOnlyList<SequenceScore> scores = machine.Validate();
    Console.WriteLine($"step {step,5}: loss {loss:F4}, wrong bits of a sequence: {string.Join(", ", scores.Select(one => $"{one.Size} {one.WrongBits:F2}"))}   ({watch.Elapsed.TotalSeconds:F0} s)");
    isSolved = scores.All(one => one.WrongBits == 0);
    // Kept: the weights with the fewest wrong bits on the validation sequences, a share of each size's.
    double share = scores.Average(one => one.WrongShare);
    if (share >= leastWrong)
        continue;
    (leastWrong, bestStep) = (share, step);
    machine.Model.SaveWeights(kept);
}

machine.Model.LoadWeights(kept);
Console.WriteLine($"{step} steps of {machine.BatchSize} sequence(s) in {watch.Elapsed.TotalSeconds:F0} s; tested: the weights of step {bestStep}, with the fewest wrong bits on the validation sequences");
foreach ((string size, double wrong, double bits) in machine.Test())
    Console.WriteLine($"new sequences, {size}: {wrong:F3} of {bits:F0} bits wrong, {100 * wrong / bits:F2} %");

string picture = Path.Combine(folder, $"{name}.png");
Image.Write(picture, machine.Picture());
Console.WriteLine($"picture: {picture}");
