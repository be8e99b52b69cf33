#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// An echo state network goes on by itself in a chaotic series, Mackey and Glass's (tau 17); only its outputs are learned, by least squares.  dotnet run -c Release samples/echo_state.cs
// (Jaeger and Haas, "Harnessing nonlinearity: predicting chaotic systems and saving energy in wireless communication", 2004.)
// Arguments: units; steps to learn from, of which the first third is not fitted; networks; a folder for the pictures.
using System.Diagnostics;
using Laminet.Estimators;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

int units = args.Length > 0 ? int.Parse(args[0]) : 400, steps = args.Length > 1 ? int.Parse(args[1]) : 1500, networks = args.Length > 2 ? int.Parse(args[2]) : 2;
string folder = Directory.CreateDirectory(args.Length > 3 ? args[3] : "echo_state").FullName;
const int Tests = 50, WarmUp = 1000, Free = 1200, Horizon = 84;

// Each network learns from a series of its own, and goes on in the same fifty others, (series, time, 1).
Tensor tests = Tensor.Stack([.. Enumerable.Range(0, Tests).Select(number => MackeyGlass.Series(WarmUp + Free, seed: 1000 + number))]);
double variance = (tests - tests.Mean()).Square().Mean().ToDouble();
Tensor truth = tests.Slice(WarmUp, axis: 1), squares = Tensor.Zeros([Free], DType.Float64);
EchoStateNetwork network = new();
Tensor free = truth;
for (int number = 0; number < networks; number++)
{
    Stopwatch watch = Stopwatch.StartNew();
    Tensor series = MackeyGlass.Series(steps + 1, seed: number);
    network = new() { Units = units, SpectralRadius = 0.8, Connectivity = Math.Max(0.01, 5.0 / units), Washout = steps / 3, Alpha = 0, RandomState = (ulong)number };
    network.Fit(series.Slice(0, steps), series.Slice(1));
    double seconds = watch.Elapsed.TotalSeconds;
    free = network.Continue(tests.Slice(0, WarmUp, axis: 1), Free);
    Tensor own = (free - truth).Square().Mean([0, 2]);
    squares += own;
    Console.WriteLine($"network {number}: fitted in {seconds:F1} s, NRMSE at {Horizon} steps {Math.Sqrt(own.ToArray<double>()[Horizon - 1] / variance):G3}");
}

double[] errors = (squares / (networks * variance)).Sqrt().ToArray<double>(), times = [.. Enumerable.Range(1, Free)];
Console.WriteLine($"{units} units, {steps} steps, {networks} networks on {Tests} series: NRMSE at {Horizon} steps {errors[Horizon - 1]:G3}");
Chart.Lines([($"{units} units, {steps} steps", times, errors)], "error of going on alone", "steps", "NRMSE", logarithmic: true).Save(Path.Combine(folder, "error.svg"));
double[] Curve(Tensor all) => all.At(0).Squeeze(1).ToArray<double>();
Chart both = Chart.Lines([("series", times, Curve(truth)), ("network, alone", times, Curve(free))], "Mackey-Glass, tau 17", "steps", "tanh(x - 1)");
(both.Width, both.Height) = (900, 300);
both.Save(Path.Combine(folder, "echo_state.svg"));

// Unless the state forgets its start, it is no echo: two starts, driven by the same series.
foreach (double radius in (double[])[0.8, 1.5, 3])
{
    EchoStateNetwork other = new() { Units = units, SpectralRadius = radius, Connectivity = 0.05, InputScale = 0.3, Washout = 0, Alpha = 1e-6, RandomState = 1 };
    Tensor series = tests.At(0).Slice(0, 400);
    other.Fit(series, series);
    double apart = (other.States(series).At(-1) - other.States(series.Slice(100)).At(-1)).Norm().ToDouble() / Math.Sqrt(units);
    Console.WriteLine($"spectral radius {radius}: two starts, 300 steps later, are {apart:G2} apart");
}

Console.WriteLine($"pictures in {folder}");
