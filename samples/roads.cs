#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// A U-Net finds the road, its lanes, cars and what else is in pictures of streets.  dotnet run -c Release samples/roads.cs
// Without a data set it draws its scenes itself. Arguments: minutes of training, a folder for pictures, the folder of CamVid (train, trainannot, test, testannot), a folder of photographs.
using System.Diagnostics;
using System.Globalization;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics.Reports;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Models;

bool isCamVid = args.Length > 2;
double minutes = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : isCamVid ? 20 : 0.1;
string folder = Directory.CreateDirectory(args.Length > 1 ? args[1] : "roads").FullName;
string[] names = isCamVid ? ["sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "bicyclist"] : ["sky", "land", "car", "road", "line"];
(byte, byte, byte)[] colors = [(128, 160, 220), (128, 0, 0), (192, 192, 128), (128, 64, 128), (60, 40, 222), (64, 128, 0), (192, 128, 128), (64, 64, 128), (255, 200, 0), (255, 60, 0), (0, 220, 220)];
if (!isCamVid)
    (colors[1], colors[2], colors[4]) = ((64, 128, 0), (255, 200, 0), (255, 255, 255));
(int height, int width) = isCamVid ? (180, 240) : (44, 64);
// Pixels without a label have the number after the last class. The loss and the figures leave them out.
int road = 3, unlabelled = names.Length, batch = isCamVid ? 4 : 8;
double highest = isCamVid ? 2e-3 : 1e-2;
(Dataset train, Dataset test) = isCamVid ? (Frames("train"), Frames("test")) : (Scenes(200, seed: 1), Scenes(40, seed: 2));

// Flips, zooms and shifts move the masks along, under this name; light changes the pictures alone.
Dataset moved = train.Shuffle(seed: 1).Repeat().Batch(batch).Map(pair => new Batch(pair.Inputs, new Bundle<Tensor> { ["segmentation_masks"] = pair.Y! }))
    .Map(new RandomFlip(FlipMode.Horizontal).Call, seed: 2).Map(new RandomZoom([-0.3, 0.1]).Call, seed: 3).Map(new RandomTranslation(0.05, 0.1).Call, seed: 4)
    .Map(new RandomColorJitter(brightnessFactor: 0.2, contrastFactor: 0.4).Call, seed: 5).Prefetch(2);

Model model = Network(height, width);
Console.WriteLine($"U-Net of {model.ParameterCount:N0} parameters, {names.Length} classes");

// The rate rises, and falls to nothing when the time is over, however fast the machine is; but there are 150 steps at least.
AdamW optimizer = new(0.0, weightDecay: 0.01) { GlobalClipNorm = 5 };
model.Compile(optimizer, new CrossentropyAndDice(names.Length, unlabelled));
var clock = Stopwatch.StartNew();
(int steps, double share) = (0, 0);
foreach (Batch pair in moved.Batches())
{
    optimizer.LearningRate = highest * Math.Min(1, (share * 20) + 0.05) * (1 + Math.Cos(Math.PI * share)) / 2;
    double loss = model.TrainOnBatch(pair.X, pair.Y!)["loss"], before = share;
    share = Math.Min(Math.Min(clock.Elapsed.TotalMinutes / minutes, ++steps / 150.0), 1);
    if ((int)(10 * share) > (int)(10 * before))
    {
        Console.WriteLine($"step {steps}, {clock.Elapsed.TotalSeconds:F0} s: loss {loss:F3}");
        model.ResetMetrics();
    }

    if (share == 1)
        break;
}

// Every pixel of the test pictures that has a label.
List<Tensor> found = [], right = [];
int number = 0;
foreach (Batch pair in test.Batch(1).Batches())
{
    Tensor classes = Scores(model, pair.X).ArgMax();
    found.Add(classes);
    right.Add(pair.Y!.At(0));
    if (number++ % (isCamVid ? 25 : 10) == 0)
        Image.Write(Path.Combine(folder, $"test-{number:D3}.png"), Tensor.Concatenate([Seen(pair.X.At(0), classes), ClassMap.Over(pair.X.At(0), right[^1], colors[..names.Length], 0.6)], axis: 1));
}

ConfusionMatrix matrix = ConfusionMatrix.Of(Tensor.Stack(right), Tensor.Stack(found), names: names, ignoreClass: unlabelled);
foreach ((int place, string name) in names.Index())
    Console.WriteLine($"{name,-10}  IoU {matrix.IoU(place):F3}  {matrix.Support(place) / matrix.Total,6:P1} of the pixels");
Console.WriteLine($"{found.Count} test pictures after {clock.Elapsed.TotalMinutes:F1} minutes: global accuracy {matrix.Accuracy:F3}, road IoU {matrix.IoU(road):F3}, mean IoU {matrix.MeanIoU:F3}");

// Photographs of any size: a network of the same weights sees them with the rows it knows; its probabilities are enlarged again.
foreach (string file in args.Length > 3 ? Directory.GetFiles(args[3], "*.jpg").Order() : Enumerable.Empty<string>())
{
    Tensor photo = Image.Read(file), small = Image.ResizeShorterSide(photo, height);
    Model larger = Network(small.Shape[0], small.Shape[1]);
    foreach ((Variable weight, Variable trained) in larger.Weights.Zip(model.Weights))
        weight.Assign(trained.Value);
    Tensor scores = Image.Resize(Scores(larger, small.ExpandDims(0)), (photo.Shape[0], photo.Shape[1]));
    Image.Write(Path.Combine(folder, Path.GetFileNameWithoutExtension(file) + ".png"), Seen(photo, scores.ArgMax()));
}

Console.WriteLine($"pictures in {folder}");

// The U-Net halves four times: a margin fills the picture up to multiples of 16, and is cut off again.
Model Network(int rows, int columns)
{
    (int below, int beside) = ((16 - (rows % 16)) % 16, (16 - (columns % 16)) % 16);
    Margins2D margins = new((below / 2, below - (below / 2)), (beside / 2, beside - (beside / 2)));
    Input picture = new([rows, columns, 3]);
    Model unet = UNet.Create(new() { InputShape = [rows + below, columns + beside, 3], Classes = names.Length, ClassifierActivation = null, Seed = 0 }, filters: isCamVid ? 16 : 8);
    return new Model(picture, new Softmax().Call(new Cropping2D(margins).Call(unet.Call(new ZeroPadding2D(margins).Call(picture)))), seed: 0);
}

// A street seen in a mirror is a street: the probabilities of the picture and of its mirror image, turned back, are added.
Tensor Scores(Model network, Tensor picture)
{
    Tensor both = network.PredictOnBatch(Tensor.Concatenate([picture, picture.Flip(2)], axis: 0));
    return both.At(0) + both.At(1).Flip(1);
}

Dataset Frames(string part) => new ImageMasks(Path.Combine(args[2], part), Path.Combine(args[2], part + "annot")).Cache(new ImageReading { Size = (height, width) }, parallelism: Engine.Threads);

// The classes in their colours, and the border of the road, lines included.
Tensor Seen(Tensor picture, Tensor classes) => ClassMap.Outlined(ClassMap.Over(picture, classes, colors[..names.Length], 0.4), isCamVid ? classes.Equal(road) : classes.GreaterEqual(road), (255, 0, 0), Math.Max(1, picture.Shape[0] / 180));

// Roads to the horizon with an edge line on each side and a broken one in the middle, cars on them, noise over all.
Dataset Scenes(int count, int seed)
{
    var random = new Random(seed);
    return Dataset.From(Enumerable.Range(0, count).Select(_ => Scene()).ToArray(), scene => scene);

    (Tensor X, Tensor? Y) Scene()
    {
        double horizon = height * (0.25 + (0.25 * random.NextDouble())), far = width * (0.3 + (0.4 * random.NextDouble())), near = width * (0.3 + (0.4 * random.NextDouble())), half = width * (0.3 + (0.15 * random.NextDouble()));
        (double Depth, double Side, double Red)[] cars = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (0.3 + (0.6 * random.NextDouble()), random.NextDouble() - 0.5, 130 + (125 * random.NextDouble())))];
        int[] mask = new int[height * width];
        byte[] pixels = new byte[mask.Length * 3];
        for (int i = 0; i < mask.Length; i++)
        {
            double depth = ((i / width) + 0.5 - horizon) / (height - horizon), side = depth > 0 ? ((i % width) + 0.5 - far - ((near - far) * depth)) / (half * depth) : 0, paint = Math.Abs(side);
            int car = Array.FindIndex(cars, one => depth < one.Depth && depth > one.Depth * 0.55 && Math.Abs((side * depth / one.Depth) - one.Side) < 0.25);
            bool isLine = paint is > 0.86 and < 0.96 || (paint < 0.05 && (int)(8 / (depth + 0.1)) % 2 == 0);
            mask[i] = car >= 0 ? 2 : depth <= 0 ? 0 : paint > 1 ? 1 : isLine ? 4 : 3;
            (double red, double green, double blue) = mask[i] switch { 0 => (150, 190, 240), 1 => (110, 140, 70), 2 => (cars[car].Red, 30, 60), 3 => (100, 100, 105), _ => (225.0, 225.0, 215.0) };
            double noise = 25 * (random.NextDouble() + random.NextDouble() - 1);
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = ((byte)Math.Clamp(red + noise, 0, 255), (byte)Math.Clamp(green + noise, 0, 255), (byte)Math.Clamp(blue + noise, 0, 255));
            // The farthest part of the land has no label.
            if (mask[i] == 1 && depth < 0.05)
                mask[i] = unlabelled;
        }

        return (Tensor.From(pixels, [height, width, 3]), Tensor.From(mask, [height, width]));
    }
}

// Cross-entropy learns fast; the Dice loss, one of each class over the batch, keeps small classes from drowning in the large ones. Pixels without a label count in neither.
internal sealed class CrossentropyAndDice(int classes, int unlabelled) : Loss(LossReduction.SumOverBatchSize, "crossentropy_and_dice")
{
    private readonly SparseCategoricalCrossentropy crossentropy = new(ignoreClass: unlabelled);
    private readonly Dice dice = new(axis: [0, 1, 2]);

    protected override Tensor Align(Tensor yTrue, Tensor yPred) => yTrue;

    // The unlabelled number is no class, so its one-hot row is 0.
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) =>
        crossentropy.Call(yTrue, yPred) + dice.Call(yTrue.OneHot(classes), yPred * yTrue.NotEqual(unlabelled).Cast(yPred.DType).ExpandDims(-1));
}
