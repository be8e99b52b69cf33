#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// Blood cells are found by a detector (FCOS) that is trained from scratch, and counted by a network whose output is the mean of a Poisson distribution.  dotnet run -c Release samples/cells.cs
// With the folder BCCD of github.com/Shenggan/BCCD_Dataset as an argument, and the minutes to train (30); without, generated cells. A third argument is the picture to write, cells.png.
using System.Diagnostics;
using System.Globalization;
using Laminet.Data;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Metrics.Detection;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Detection;
using Laminet.Zoo.Models;

string picture = args.FirstOrDefault(argument => argument.EndsWith(".png", StringComparison.OrdinalIgnoreCase)) ?? "cells.png";
double minutes = args.Select(argument => double.TryParse(argument, CultureInfo.InvariantCulture, out double number) ? number : 0).FirstOrDefault(number => number > 0, 30);
string? folder = args.FirstOrDefault(argument => argument != picture && !double.TryParse(argument, CultureInfo.InvariantCulture, out _));
var clock = Stopwatch.StartNew();
const int batchSize = 8;
string[] kinds = ["RBC", "WBC", "Platelets"];
(int height, int width, int filters, int steps) = folder is null ? (96, 96, 8, 160) : (240, 320, 24, int.MaxValue);
Photographs learned = folder is null ? Generated(128, 1) : Read("trainval"), test = folder is null ? Generated(48, 2) : Read("test");
Console.WriteLine($"{learned.Images.Shape[0]} photographs to learn from, {test.Images.Shape[0]} to test");

// Boxes go where the photograph goes. Beyond its edges lies the grey of the ground.
Dataset batches = Dataset.FromTensors(learned.Images, new() { ["bounding_boxes"] = learned.Boxes, ["bounding_box_labels"] = learned.Labels }).Shuffle(seed: 1).Batch(batchSize, dropRemainder: true)
    .Map(new RandomFlip().Call, seed: 2)
    .Map(new RandomZoom(0.25, fillMode: FillMode.Constant, fillValue: 200).Call, seed: 3)
    .Map(new RandomTranslation(0.15, 0.15, fillMode: FillMode.Constant, fillValue: 200).Call, seed: 4)
    .Map(new RandomBrightness(0.1).Call, seed: 5)
    .Map(new RandomContrast(0.2).Call, seed: 6)
    .Map(batch => new Batch(batch.Inputs, FcosBoxes.Targets(batch.Targets!["bounding_boxes"], batch.Targets["bounding_box_labels"], height, width)))
    .Prefetch(2);
Model detector = Fcos.Create(new() { InputShape = [height, width, 3], Classes = kinds.Length, Seed = 1 }, filters);
AdamW optimizer = new(0, weightDecay: 0.02);
detector.Compile(optimizer, new FcosLoss(kinds.Length));
Console.WriteLine($"a detector of {detector.ParameterCount} parameters");

// The rate rises, then falls along a cosine to nothing when the time, or the number of steps, is up. A twentieth of the time is left to count and to test.
int step = 0, reports = 0;
List<double> losses = [];
double Done() => folder is null ? (double)step / steps : clock.Elapsed.TotalMinutes / (0.95 * minutes);
foreach (Batch batch in Enumerable.Range(0, int.MaxValue).SelectMany(epoch => batches.Batches(epoch)))
{
    double done = Math.Min(1, Done());
    optimizer.LearningRate = 3e-3 * Math.Min(done / 0.04, (1 + Math.Cos(Math.PI * done)) / 2);
    losses.Add(detector.TrainOnBatch(batch.X, batch.Y!)["loss"]);
    step++;
    if (10 * Done() >= reports + 1)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step}, epoch {(step * batchSize / learned.Images.Shape[0]) + 1}, {clock.Elapsed.TotalSeconds:F0} s: loss {losses.Average():F4}"));
        reports++;
        losses.Clear();
    }

    if (Done() >= 1)
        break;
}

Tensor predictions = detector.Predict(test.Images, batchSize);
MeanAveragePrecision precision = new(kinds.Length);
for (int i = 0; i < test.Images.Shape[0]; i++)
    precision.Add(test.Truth(i), FcosBoxes.Found(predictions.At(i), threshold: 0.5));
foreach ((int number, string kind) in kinds.Index())
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-9} average precision {precision.OfClass(number):F3}"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mean average precision at IoU 0.5: {precision.Result():F3}"));

// Counts: what the detector sees in a cell of its map gives the rate of each kind there; rates of all cells add up to the mean of the photograph's count.
Model seeing = new(detector.Inputs, detector.GetLayer("classes.1.norm").Output);
Tensor seen = seeing.Predict(learned.Images, batchSize), counts = learned.Counts(kinds.Length), testCounts = test.Counts(kinds.Length), means = counts.Mean(0, keepDims: true);
int places = seen.Shape[1] * seen.Shape[2];
Sequential counter = new(seed: 1,
    new Input(seen.Shape[1..]), new Activation("relu"),
    new Conv2D(kinds.Length, 1, activation: "exponential", kernelInitializer: new Zeros(), biasInitializer: new Constant(Math.Log(means.Mean().ToDouble() / places))),
    new GlobalAveragePooling2D(), new Rescaling(places));
const int epochs = 60;
counter.Compile(new Adam(new CosineDecay(1e-2, epochs * (seen.Shape[0] + 31) / 32)), "poisson");
counter.Fit(seen, counts, batchSize: 32, epochs: epochs);
Tensor rates = counter.Predict(seeing.Predict(test.Images, batchSize));
foreach ((int number, string kind) in kinds.Index())
{
    Tensor truth = testCounts.Slice(number, number + 1, axis: 1), rate = rates.Slice(number, number + 1, axis: 1), mean = means.Slice(number, number + 1, axis: 1).BroadcastTo(rate.Shape);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{kind,-9} counted: Poisson deviance {Deviance(truth, rate):F3}, of always the mean {Deviance(truth, mean):F3}; off by {(truth - rate).Abs().Mean().ToDouble():F2} of {mean.Mean().ToDouble():F2}"));
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalMinutes:F1} minutes in all, {Environment.CpuUsage.TotalTime.TotalMinutes:F1} of processor time"));
// Three photographs: above what is there, below what was found.
Tensor Row(Func<int, Tensor> drawn) => Tensor.Concatenate([.. Enumerable.Range(0, 3).Select(drawn)], axis: 1);
Image.Write(picture, Tensor.Concatenate(
    [Row(i => BoxOutlines.Over(test.Images.At(i), test.Truth(i))), Row(i => BoxOutlines.Over(test.Images.At(i), FcosBoxes.Found(predictions.At(i), leastScore: 0.4, threshold: 0.5)))], axis: 0));
Console.WriteLine($"what is there, and what was found: {Path.GetFullPath(picture)}");

// Twice the difference of log likelihoods from a model that knows each count.
static double Deviance(Tensor truth, Tensor rate) => 2 * ((truth * (truth.Maximum(Tensor.Scalar(1f)) / rate).Log()) - truth + rate).Mean().ToDouble();

Photographs Read(string part)
{
    string At(params string[] names) => Path.Combine([folder!, .. names]);
    ImageBoxes boxes = ImageBoxes.FromVoc(At("Annotations"), At("JPEGImages"), At("ImageSets", "Main", $"{part}.txt"), kinds, leftOut: Console.WriteLine);
    Batch all = boxes.ToDataset(new() { Size = (height, width) }, parallelism: Engine.Threads).Batch(boxes.Count).Batches().Single();
    return new(all.X, all.Targets!["bounding_boxes"], all.Targets["bounding_box_labels"]);
}

// Discs on noise: many pale ones, one that is large and dark in the middle, a few that are small.
Photographs Generated(int count, int seed)
{
    Random random = new(seed);
    const int most = 9;
    byte[] pixels = new byte[count * height * width * 3];
    float[] boxes = new float[count * most * 4];
    int[] labels = new int[count * most];
    Array.Fill(boxes, -1);
    Array.Fill(labels, -1);
    for (int i = 0; i < count; i++)
    {
        Span<byte> photo = pixels.AsSpan(i * height * width * 3, height * width * 3);
        photo.Fill(200);
        List<(double X, double Y, double Radius)> discs = [];
        for (int tries = random.Next(3, 16); tries > 0 && discs.Count < most; tries--)
        {
            int kind = discs.Count == 0 ? 1 : random.Next(4) == 0 ? 2 : 0;
            double radius = kind switch { 0 => 10, 1 => 16, _ => 6 } * (0.85 + (0.3 * random.NextDouble()));
            (double x, double y) = (radius + (random.NextDouble() * (width - (2 * radius))), radius + (random.NextDouble() * (height - (2 * radius))));
            // They touch, and hardly cover each other.
            if (discs.Exists(other => double.Hypot(other.X - x, other.Y - y) < 0.9 * (other.Radius + radius)))
                continue;
            ((ReadOnlySpan<float>)[(float)(x - radius), (float)(y - radius), (float)(x + radius), (float)(y + radius)]).CopyTo(boxes.AsSpan(((i * most) + discs.Count) * 4));
            labels[(i * most) + discs.Count] = kind;
            discs.Add((x, y, radius));
            for (int row = (int)(y - radius); row < y + radius; row++)
            {
                for (int column = (int)(x - radius); column < x + radius; column++)
                {
                    double distance = double.Hypot(column + 0.5 - x, row + 0.5 - y) / radius;
                    ReadOnlySpan<byte> colour = kind == 0 ? [190, (byte)(120 + (40 * (1 - distance))), 130] : kind == 1 && distance > 0.6 ? [170, 150, 180] : [110, 70, 150];
                    if (distance <= 1)
                        colour.CopyTo(photo[(((row * width) + column) * 3)..]);
                }
            }
        }

        foreach (ref byte value in photo)
            value = (byte)(value + random.Next(-25, 26));
    }

    return new(Tensor.From(pixels, [count, height, width, 3]), Tensor.From(boxes, [count, most, 4]), Tensor.From(labels, [count, most]));
}

/// <summary>Photographs and what is in them, padded with -1.</summary>
internal sealed record Photographs(Tensor Images, Tensor Boxes, Tensor Labels)
{
    public IReadOnlyList<TrueBox> Truth(int i) => TrueBox.ListOf(Boxes.At(i), Labels.At(i));

    public Tensor Counts(int kinds) => Tensor.Concatenate([.. Enumerable.Range(0, kinds).Select(kind => Labels.Equal(kind).Cast(DType.Float32).Sum(1, keepDims: true))], 1);
}
