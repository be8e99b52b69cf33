#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// A neural Turing machine learns, from examples alone, to copy, to repeat, or to recall what it read, and does it for longer sequences too.  dotnet run -c Release samples/turing_machine.cs
// (Graves, Wayne and Danihelka, "Neural Turing machines", 2014.) Arguments: copy, repeat, recall, or small (a copy of short vectors, in seconds); the most steps; the seed; a folder for the picture.
using System.Diagnostics;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

string name = args.Length > 0 ? args[0] : "small";
int most = args.Length > 1 ? int.Parse(args[1]) : name == "small" ? 1500 : 8000;
ulong seed = args.Length > 2 ? ulong.Parse(args[2]) : 1;
string folder = Directory.CreateDirectory(args.Length > 3 ? args[3] : "turing_machine").FullName;
const int BatchSize = 16;
// Products this small are too little work to share.
Engine.Threads = 1;

(SequenceTask task, NTMCell cell, double rate) = name switch
{
    "copy" => ((SequenceTask)new CopyTask(seed: seed), new NTMCell(units: 100), 1e-3),
    "repeat" => (new RepeatCopyTask(seed: seed), new NTMCell(units: 100), 1e-3),
    "recall" => (new AssociativeRecallTask(seed: seed), new NTMCell(units: 100), 1e-3),
    "small" => (new CopyTask(bits: 3, maxLength: 4, seed: seed), new NTMCell(units: 24, slots: 16, width: 6), 3e-3),
    _ => throw new ArgumentException($"Received the task {name}; expected copy, repeat, recall or small."),
};
RNN machine = new(cell, returnSequences: true);
Sequential model = new(seed, new Input([null, task.Inputs]), machine, new Dense(task.Outputs));
model.Compile(new Adam(new CosineDecay(rate, most, alpha: 0.1)) { GlobalClipNorm = 0.5 }, new BinaryCrossentropy(fromLogits: true, reduction: LossReduction.MeanWithSampleWeight));

(string Size, SequenceBatch Batch)[] validation = Sizes(seed: 1000, count: 50);
Stopwatch watch = Stopwatch.StartNew();
int step = 0;
for (bool isSolved = false; step < most && !isSolved;)
{
    SequenceBatch batch = task.Next(BatchSize);
    Logs logs = model.TrainOnBatch(batch.Inputs, batch.Targets, batch.Weights);
    if (++step % 250 != 0)
        continue;
    double[] wrong = [.. validation.Select(one => one.Batch.WrongBits(model.PredictOnBatch(one.Batch.Inputs)))];
    Console.WriteLine($"step {step,5}: loss {logs["loss"]:F4}, wrong bits of a sequence: {string.Join(", ", validation.Zip(wrong).Select(pair => $"{pair.First.Size} {pair.Second:F2}"))}   ({watch.Elapsed.TotalSeconds:F0} s)");
    model.ResetMetrics();
    isSolved = wrong.All(one => one == 0);
}

Console.WriteLine($"{step} steps of {BatchSize} sequences in {watch.Elapsed.TotalSeconds:F0} s");
foreach ((string size, SequenceBatch batch) in Sizes(seed: 2000, count: 200))
{
    double wrong = batch.WrongBits(model.PredictOnBatch(batch.Inputs)), bits = (double)batch.AnswerBits / batch.Inputs.Shape[0];
    Console.WriteLine($"new sequences, {size}: {wrong:F3} of {bits:F0} bits wrong, {100 * wrong / bits:F2} %");
}

string picture = Path.Combine(folder, $"{name}.png");
Draw(Shown());
Console.WriteLine($"picture: {picture}");

// Sequences of sizes that it is trained on, and of larger ones.
(string Size, SequenceBatch Batch)[] Sizes(ulong seed, int count)
{
    CopyTask copy = new(bits: name == "small" ? 3 : 8, seed: seed);
    RepeatCopyTask repeat = new(seed: seed);
    AssociativeRecallTask recall = new(seed: seed);
    return name switch
    {
        "copy" => [.. new[] { 1, 5, 10, 20, 40, 80 }.Select(length => ($"length {length}", copy.Draw(count, length)))],
        "repeat" => [.. new[] { (1, 1), (5, 5), (10, 10), (5, 20), (10, 20) }.Select(size => ($"{size.Item1} x {size.Item2}", repeat.Draw(count, size.Item1, size.Item2)))],
        "recall" => [.. new[] { 2, 3, 4, 5, 6 }.Select(items => ($"{items} items", recall.Draw(count, items)))],
        _ => [.. new[] { 2, 4, 8 }.Select(length => ($"length {length}", copy.Draw(count, length)))],
    };
}

SequenceBatch Shown() => task switch
{
    CopyTask copy => copy.Draw(1, name == "small" ? 8 : 40),
    RepeatCopyTask repeat => repeat.Draw(1, 10, 12),
    AssociativeRecallTask recall => recall.Draw(1, 6),
    _ => task.Next(1),
};

// From above: what it read, what it should answer, what it answers; where it wrote (a row for each slot), where it read. Time goes to the right.
void Draw(SequenceBatch batch)
{
    List<Tensor> weightings = [];
    Bundle<Tensor> now = [];
    for (int time = 0; time < batch.Inputs.Shape[1]; time++)
    {
        now = cell.Call([batch.Inputs.At(time, axis: 1), .. now.Skip(1)]);
        weightings.Add(now[^2].At(0));
    }

    Tensor places = Tensor.Stack([.. weightings], 2), answered = model.PredictOnBatch(batch.Inputs).Sigmoid() * batch.Weights.ExpandDims(-1);
    Tensor[] panels = [batch.Inputs.At(0).Transpose(), batch.Targets.At(0).Transpose(), answered.At(0).Transpose(), places.At(1), places.At(0)];
    Tensor gap = Tensor.Full([1, batch.Inputs.Shape[1]], 0.5), rows = Tensor.Concatenate([.. panels.SelectMany(panel => (Tensor[])[panel, gap]).SkipLast(1)], 0);
    Tensor large = rows.Clip(0.0, 1.0).Reshape([1, .. rows.Shape, 1]).Resize((rows.Shape[0] * 5, rows.Shape[1] * 5), Interpolation.Nearest).Squeeze(0);
    Image.Write(picture, ((1 - large) * 255).Cast(DType.UInt8));
}
