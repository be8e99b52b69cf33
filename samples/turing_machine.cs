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
int most = args.Length > 1 ? int.Parse(args[1]) : name switch { "small" => 1500, "repeat" => 12_000, _ => 6000 };
ulong seed = args.Length > 2 ? ulong.Parse(args[2]) : 1;
string folder = Directory.CreateDirectory(args.Length > 3 ? args[3] : "turing_machine").FullName;
// Products this small are too little work to share.
Engine.Threads = 1;

// To repeat is learned only by many small steps: the paper's optimizer, a sequence a step.
(SequenceTask task, NTMCell cell, Optimizer optimizer, int batchSize) = name switch
{
    "copy" => ((SequenceTask)new CopyTask(seed: seed), new NTMCell(units: 100), (Optimizer)Adam(1e-3), 16),
    "repeat" => (new RepeatCopyTask(seed: seed), new NTMCell(units: 100), new RMSprop(Falling(2e-4), rho: 0.95, momentum: 0.9) { GlobalClipNorm = 5 }, 1),
    "recall" => (new AssociativeRecallTask(seed: seed), new NTMCell(units: 100), Adam(1e-3), 16),
    "small" => (new CopyTask(bits: 3, maxLength: 3, seed: seed), new NTMCell(units: 24, slots: 16, width: 6), Adam(3e-3), 16),
    _ => throw new ArgumentException($"Received the task {name}; expected copy, repeat, recall or small."),
};
RNN machine = new(cell, returnSequences: true);
Sequential model = new(seed, new Input([null, task.Inputs]), machine, new Dense(task.Outputs));
model.Compile(optimizer, new BinaryCrossentropy(fromLogits: true, reduction: LossReduction.MeanWithSampleWeight));

(string Size, SequenceBatch[] Batches)[] validation = Sizes(seed: 1000, count: 20);
string kept = Path.Combine(folder, $"{name}.weights.safetensors");
Stopwatch watch = Stopwatch.StartNew();
int step = 0, bestStep = 0;
double leastWrong = double.PositiveInfinity;
for (bool isSolved = false; step < most && !isSolved;)
{
    SequenceBatch batch = task.Next(batchSize);
    double loss = model.TrainOnBatch(batch.Inputs, batch.Targets, batch.Weights)["loss"];
    if (++step % 250 != 0)
        continue;
    // The loss is the mean of 250 steps.
    model.ResetMetrics();
    double[] wrong = [.. validation.Select(one => Wrong(one.Batches))];
    Console.WriteLine($"step {step,5}: loss {loss:F4}, wrong bits of a sequence: {string.Join(", ", validation.Zip(wrong).Select(pair => $"{pair.First.Size} {pair.Second:F2}"))}   ({watch.Elapsed.TotalSeconds:F0} s)");
    isSolved = wrong.All(one => one == 0);
    // Kept: the weights with the fewest wrong bits on the validation sequences, a share of each size's.
    double share = validation.Zip(wrong).Average(pair => pair.Second / BitsOf(pair.First.Batches));
    if (share >= leastWrong)
        continue;
    (leastWrong, bestStep) = (share, step);
    model.SaveWeights(kept);
}

Console.WriteLine($"{step} steps of {batchSize} sequence(s) in {watch.Elapsed.TotalSeconds:F0} s");
if (bestStep > 0)
{
    model.LoadWeights(kept);
    Console.WriteLine($"tested: the weights of step {bestStep}, with the fewest wrong bits on the validation sequences");
}

foreach ((string size, SequenceBatch[] batches) in Sizes(seed: 2000, count: 100))
{
    double wrong = Wrong(batches), bits = BitsOf(batches);
    Console.WriteLine($"new sequences, {size}: {wrong:F3} of {bits:F0} bits wrong, {100 * wrong / bits:F2} %");
}

string picture = Path.Combine(folder, $"{name}.png");
Draw(Shown());
Console.WriteLine($"picture: {picture}");

LearningRateSchedule Falling(double rate) => new CosineDecay(rate, most, alpha: 0.1);

Adam Adam(double rate) => new(Falling(rate)) { GlobalClipNorm = 0.5 };

// Bits of an answer, mean over all.
double BitsOf(SequenceBatch[] batches) => batches.Average(batch => (double)batch.AnswerBits / batch.Inputs.Shape[0]);

// Wrong bits of a sequence, mean over all.
double Wrong(SequenceBatch[] batches) => batches.Average(batch => batch.WrongBits(model.PredictOnBatch(batch.Inputs)));

// Sequences of the sizes that it is trained on, and of larger ones.
(string Size, SequenceBatch[] Batches)[] Sizes(ulong seed, int count)
{
    CopyTask copy = new(bits: name == "small" ? 3 : 8, seed: seed);
    RepeatCopyTask repeat = new(seed: seed);
    AssociativeRecallTask recall = new(seed: seed);
    return name switch
    {
        "copy" => [("lengths 1 to 20", Copies(1, 20)), ("length 40", Copies(40, 40)), ("length 80", Copies(80, 80))],
        "repeat" => [("up to 10 x 10", [.. Enumerable.Range(0, 10).Select(_ => repeat.Next(count))]), ("10 x 10", [repeat.Draw(count, 10, 10)]), ("up to 10 x 20", Repeats(20)), ("10 x 20", [repeat.Draw(count, 10, 20)])],
        "recall" => [("2 to 6 items", Recalls(2, 6)), ("6 items", Recalls(6, 6)), ("10 items", Recalls(10, 10))],
        _ => [("lengths 1 to 3", Copies(1, 3)), ("length 6", Copies(6, 6))],
    };

    SequenceBatch[] Copies(int least, int most) => [.. Enumerable.Range(least, most - least + 1).Select(length => copy.Draw(count, length))];
    SequenceBatch[] Repeats(int times) => [.. Enumerable.Range(1, 10).Select(length => repeat.Draw(count, length, times))];
    SequenceBatch[] Recalls(int least, int most) => [.. Enumerable.Range(least, most - least + 1).Select(items => recall.Draw(count, items))];
}

SequenceBatch Shown() => task switch
{
    CopyTask copy => copy.Draw(1, name == "small" ? 3 : 40),
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
