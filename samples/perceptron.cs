#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// Rosenblatt's perceptron moves its line until it separates two classes, and never does so for exclusive or; Adaline (Widrow, Hoff) beside it.  dotnet run -c Release samples/perceptron.cs
// Argument: a folder for the picture.
using Laminet.Estimators;
using Laminet.Plots;
using Laminet.Tensors;

string folder = Directory.CreateDirectory(args.Length > 0 ? args[0] : "perceptron").FullName;
const int Panel = 190, Examples = 60;
const double Edge = 1.5, Gap = 0.02;
byte[][] tints = [[214, 229, 245], [253, 226, 205]], strong = [[31, 99, 170], [214, 96, 20]];

// Two classes on the sides of a line, some near it; four groups for exclusive or.
Tensor line = Tensor.From(0.8, -0.6, 0.3), cloud = new RandomKey(4).Uniform([8 * Examples, 2], -1.4, 1.4, DType.Float64);
double[] sides = Homogeneous(cloud).MatMul(line).ToArray<double>();
Tensor apart = cloud.Gather(Tensor.From([.. Enumerable.Range(0, sides.Length).Where(i => Math.Abs(sides[i]) >= Gap).Take(Examples)]), 0);
Tensor corners = new RandomKey(3).Uniform([Examples, 2], dtype: DType.Float64).Greater(0.5).Cast(DType.Float64) * 2 - 1;
(string Name, Tensor X, Tensor Y)[] tasks =
[
    ("separable", apart, Homogeneous(apart).MatMul(line).Greater(0).Cast(DType.Int32)),
    ("exclusive or", (corners * 0.8) + new RandomKey(5).Normal([Examples, 2], deviation: 0.12, dtype: DType.Float64), (corners.Slice(0, 1, axis: 1) * corners.Slice(1, 2, axis: 1)).Reshape([-1]).Less(0).Cast(DType.Int32)),
];
List<(Tensor Panel, string Caption)> panels = [];
foreach ((string name, Tensor x, Tensor y) in tasks)
{
    Perceptron perceptron = After(300, x, y);
    Adaline adaline = new() { Eta0 = 0.05, RandomState = 1 };
    adaline.Fit(x, y);
    Console.WriteLine($"{name}: {perceptron.Mistakes.Sum()} mistakes in {perceptron.NIter} passes, {perceptron.Mistakes[^1]} in the last; accuracy {perceptron.Score(x, y):F3}, Adaline's {adaline.Score(x, y):F3}");
    if (perceptron.Mistakes[^1] == 0)
    {
        // Novikoff: at most (R / gamma)², with the margin of any separating line: here of the one that made the classes.
        Tensor known = Homogeneous(x);
        double margin = (known.MatMul(line).Abs().Min() / line.Square().Sum().Sqrt()).ToDouble();
        Console.WriteLine($"  bound (R / gamma)^2 = {known.Square().Sum(1).Max().ToDouble() / (margin * margin):F0}, with R = {known.Square().Sum(1).Max().Sqrt().ToDouble():F2} and gamma = {margin:F3}");
    }

    int last = Math.Min(perceptron.NIter, 30);
    foreach (int pass in (int[])[1, 2, last / 2, last])
        panels.Add((Drawn(After(pass, x, y), x, y), $"{name}: pass {pass}, {perceptron.Mistakes[pass - 1]} mistakes"));
    panels.Add((Bars([.. perceptron.Mistakes.Take(30)]), $"mistakes in passes 1 to {last}"));
}

Chart.ImageGrid(Tensor.Stack([.. panels.Select(one => one.Panel)]), [.. panels.Select(one => one.Caption)], columns: 5, side: Panel).Save(Path.Combine(folder, "perceptron.png"));
Console.WriteLine($"picture in {folder}");

static Tensor Homogeneous(Tensor x) => Tensor.Concatenate([x, Tensor.Ones([x.Shape[0], 1], DType.Float64)], 1);

// The order is the same in each, so that a longer training begins with the shorter one.
static Perceptron After(int passes, Tensor x, Tensor y)
{
    Perceptron perceptron = new() { MaxIter = passes, Tol = null, Shuffle = false };
    perceptron.Fit(x, y);
    return perceptron;
}

// The plane in the colours of the decision, its boundary, and the examples in the colours of their classes.
Tensor Drawn(Perceptron perceptron, Tensor x, Tensor y)
{
    double[] w = perceptron.Coef!.ToArray<double>(), points = x.ToArray<double>();
    double b = perceptron.Intercept!.ToArray<double>()[0];
    byte[] pixels = new byte[Panel * Panel * 3];
    for (int place = 0; place < Panel * Panel; place++)
    {
        double decision = (w[0] * Of(place % Panel)) + (w[1] * -Of(place / Panel)) + b;
        bool isBoundary = Math.Abs(decision) < 1.2 * 2 * Edge / Panel * Math.Sqrt((w[0] * w[0]) + (w[1] * w[1]));
        (isBoundary ? [40, 40, 40] : tints[decision > 0 ? 1 : 0]).CopyTo(pixels, place * 3);
    }

    foreach ((int example, int label) in y.ToArray<int>().Index())
        Square(pixels, Pixel(points[2 * example]) - 2, Pixel(-points[(2 * example) + 1]) - 2, 5, 5, strong[label]);
    return Tensor.From(pixels, [Panel, Panel, 3]);

    static double Of(int pixel) => ((pixel + 0.5) / Panel * 2 * Edge) - Edge;
    static int Pixel(double number) => (int)((number + Edge) / (2 * Edge) * Panel);
}

Tensor Bars(int[] counts)
{
    byte[] pixels = new byte[Panel * Panel * 3];
    Array.Fill(pixels, (byte)245);
    int width = Panel / 30;
    foreach ((int pass, int count) in counts.Index())
        Square(pixels, 2 + (pass * width), Panel - (count * (Panel - 10) / counts.Max()), width - 1, count * (Panel - 10) / counts.Max(), [90, 90, 90]);
    return Tensor.From(pixels, [Panel, Panel, 3]);
}

static void Square(byte[] pixels, int left, int top, int width, int height, byte[] colour)
{
    for (int row = Math.Max(top, 0); row < Math.Min(top + height, Panel); row++)
    {
        for (int column = Math.Max(left, 0); column < Math.Min(left + width, Panel); column++)
            colour.CopyTo(pixels, ((row * Panel) + column) * 3);
    }
}
