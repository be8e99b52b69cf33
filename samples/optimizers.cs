#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// The ways of six optimizers down one loss, Beale's, whose valley is steep across and flat along.  dotnet run -c Release samples/optimizers.cs
// Arguments: the number of steps; the file of the picture. Learning rates are the best of a few for each, as the optimizers' units differ.
using Laminet.Optimizers;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

int steps = args.Length > 0 ? int.Parse(args[0]) : 1000;
string picture = Path.GetFullPath(args.Length > 1 ? args[1] : "optimizers.png");
double[] start = [1, 1.5], minimum = [3, 0.5];
double[] rates = [1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
var optimizers = new Dictionary<string, Func<double, Optimizer>>
{
    ["gradient descent"] = rate => new SGD(rate),
    ["momentum"] = rate => new SGD(rate, momentum: 0.9),
    ["Adagrad"] = rate => new Adagrad(rate),
    ["RMSprop"] = rate => new RMSprop(rate),
    ["Adadelta"] = rate => new Adadelta(rate),
    ["Adam"] = rate => new Adam(rate),
};

Console.WriteLine($"from ({start[0]}, {start[1]}) to the minimum at ({minimum[0]}, {minimum[1]}), at most {steps} steps");
Console.WriteLine($"{"optimizer",-17} {"rate",6}  {"steps to 0.1",12}  {"distance",9}");
List<(string, Tensor)> paths = [];
foreach ((string name, Func<double, Optimizer> create) in optimizers)
{
    // The rate that is near first; if none is, the one that ends nearest.
    (double rate, List<double> way) = rates.Select(rate => (rate, Descend(create(rate)))).MinBy(one => Near(one.Item2) is var near && near >= 0 ? near : steps + Distance(one.Item2, one.Item2.Count / 2 - 1));
    int near = Near(way);
    Console.WriteLine($"{name,-17} {rate,6:G3}  {(near < 0 ? "never" : near),12}  {Distance(way, steps),9:G2}");
    paths.Add((name, Tensor.From([.. way], [steps + 1, 2])));
}

// Seen as its logarithm: the loss goes from 0 to above 100,000.
const int Side = 180;
Tensor x = (Tensor.Range(0, Side, DType.Float64) / (Side - 1) * 4.5) - 0.5, y = ((Tensor.Range(0, Side, DType.Float64) / (Side - 1) * 4) - 2).ExpandDims(-1);
Chart chart = Chart.Surface((Beale(x, y) + 0.01).Log(), (-0.5, 4), (-2, 2), paths, "log of Beale's function");
(chart.Width, chart.Height) = (720, 480);
chart.Save(picture);
Console.WriteLine($"picture: {picture}");

// (1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)²
static Tensor Beale(Tensor x, Tensor y) => (1.5 - x + (x * y)).Square() + (2.25 - x + (x * y * y)).Square() + (2.625 - x + (x * y * y * y)).Square();

// The points on the way, two numbers each.
List<double> Descend(Optimizer optimizer)
{
    Variable place = new(Tensor.From(start), "place");
    CompiledFunction step = Function.Compile(_ =>
    {
        optimizer.Apply(Gradient.ValueAndGradients(() => Beale(place.Value.At(0), place.Value.At(1)), [place]).Gradients, [place]);
        return [place.Value];
    });
    List<double> way = [.. start];
    for (int number = 0; number < steps; number++)
    {
        double[] next = step.Call()[0].ToArray<double>();
        // Where it diverges it stays.
        way.AddRange(next.All(one => Math.Abs(one) < 1e6) ? next : way[^2..]);
    }

    return way;
}

double Distance(List<double> way, int step) => Math.Sqrt(Math.Pow(way[2 * step] - minimum[0], 2) + Math.Pow(way[(2 * step) + 1] - minimum[1], 2));

// The step from which it stays nearer than 0.1; -1 for never.
int Near(List<double> way)
{
    int step = steps;
    while (step >= 0 && Distance(way, step) < 0.1)
        step--;
    return step == steps ? -1 : step + 1;
}
