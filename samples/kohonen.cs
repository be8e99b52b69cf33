#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// Kohonen's map lays colours, and clothes, out in the plane so that like lies beside like; no label is used.  dotnet run -c Release samples/kohonen.cs
// (Kohonen, "Self-organized formation of topologically correct feature maps", 1982; batch rule: "Essentials of the self-organizing map", 2013.)
// Arguments: epochs; a folder for the pictures.
using System.Diagnostics;
using Laminet.Tensors;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Tasks;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 25;
string folder = Directory.CreateDirectory(args.Length > 1 ? args[1] : "kohonen").FullName;

// Colours, three numbers each: a map of 24 x 36 units, by the online rule, in hexagons.
Tensor colours = new RandomKey(1).Uniform([3000, 3]);
SelfOrganizingMap palette = new(24, 36, 3, MapGrid.Hexagonal, seed: 1);
Report("colours, at the start", palette, colours);
palette.FitOnline(colours, epochs: 3, firstRadius: 12, lastRadius: 1);
Report("colours", palette, colours);
Tensor large = palette.Points.Value.Reshape([1, 24, 36, 3]).Resize((24 * 12, 36 * 12), Interpolation.Nearest).Squeeze(0);
Image.Write(Path.Combine(folder, "colours.png"), (large.Clip(0.0, 1.0) * 255).Cast(DType.UInt8));

// Clothes, 784 numbers each: a map of 10 x 14 units, by the batch rule.
ImageDataset data = FashionMnist.Load();
Tensor Pixels(Tensor bytes) => bytes.Reshape([bytes.Shape[0], -1]).Cast(DType.Float32) / 255;
(Tensor clothes, Tensor unseen) = (Pixels(data.TrainImages), Pixels(data.TestImages));
SelfOrganizingMap map = new(10, 14, 784, seed: 1);
map.Start(clothes);
Report("clothes, at the start", map, unseen);
var clock = Stopwatch.StartNew();
map.FitBatch(clothes, epochs, firstRadius: 5, lastRadius: 0.7);
Console.WriteLine($"{clothes.Shape[0]} clothes, {epochs} epochs in {clock.Elapsed.TotalSeconds:F1} s");
Report("clothes, unseen", map, unseen);
Image.Write(Path.Combine(folder, "clothes.png"), Sheet(map.Points.Value));
Image.Write(Path.Combine(folder, "distances.png"), Tiles.Of(map.NeighbourDistances().ExpandDims(-1), scale: 20));

// Only now the labels: a unit is named after most of the clothes that it wins.
float[] votes = data.TrainLabels.OneHot(10).ScatterAdd(map.BestUnits(clothes), map.Units).ToArray<float>();
int[] names = [.. votes.Chunk(10).Select(own => own.Index().MaxBy(one => one.Item).Index)];
double right = map.BestUnits(unseen).ToArray<int>().Zip(data.TestLabels.ToArray<int>()).Count(pair => names[pair.First] == pair.Second) / (double)unseen.Shape[0];
Console.WriteLine($"test accuracy by the name of the nearest unit: {right:F3}");
for (int row = 0; row < map.Rows; row++)
    Console.WriteLine(string.Join(' ', names.Skip(row * map.Columns).Take(map.Columns)));
Console.WriteLine(string.Join(", ", data.ClassNames.Select((name, number) => $"{number} {name}")));
Console.WriteLine($"pictures in {folder}");

static void Report(string what, SelfOrganizingMap map, Tensor x) =>
    Console.WriteLine($"{what}: quantization error {map.QuantizationError(x):F3}, topographic error {map.TopographicError(x):F3}");

// The units' points as images, in the order of the map.
Tensor Sheet(Tensor points) =>
    ((1 - points.Reshape([map.Rows, map.Columns, 28, 28]).Transpose(0, 2, 1, 3).Reshape([map.Rows * 28, map.Columns * 28, 1])) * 255).Cast(DType.UInt8);
