#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
// Signal against background: a network in five folds, the area under its ROC curve, and the background it rejects at a given signal efficiency.  dotnet run -c Release samples/signal_background.cs
// With the path of UCI's magic04.data as an argument: gamma rays against hadrons (CC BY 4.0). Without: generated data of the same form.
using Laminet.Estimators;
using Laminet.Metrics.Reports;
using Laminet.Tensors;

string? file = args.FirstOrDefault(argument => !int.TryParse(argument, out _));
int passes = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, 60);
(Tensor x, Tensor y) = file is null ? Generated() : CsvTable.Read(file, "10") is var table ? (table.X, table.Y.Equal(0).Cast(DType.Int32)) : default;
// Beside each feature its logarithm, since some have long tails; for the recorded showers also what their geometry says.
Tensor features = Tensor.Concatenate([x, x.Sign() * (x.Abs() + 1).Log(), .. file is null ? [] : Geometry()], 1);
// The learning rate is divided by 5 whenever two passes bring nothing more.
var network = new Pipeline(("scale", new StandardScaler()), ("mlp", new MLPClassifier
{
    HiddenLayerSizes = [96, 96], Solver = Solver.Sgd, LearningRate = RateSchedule.Adaptive, LearningRateInit = 0.05, Tol = 1e-3, IterationsNoChange = 2,
    MaxIter = passes, BatchSize = 128, Alpha = 0.1, RandomState = 1, Warn = _ => { },
}));
Tensor scores = CrossValidation.Predict(network, features, y, new StratifiedKFold(5, shuffle: true, randomState: 1), probabilities: true).Slice(1, 2, axis: 1).Reshape([-1]);
RocCurve curve = RocCurve.Of(y, scores);
Console.WriteLine($"{x.Shape[0]} events, {y.Cast(DType.Float32).Sum().ToDouble()} of them signal; each scored by a network that did not see it");
Console.WriteLine($"area under the ROC curve {curve.Area:F4}");
foreach (double efficiency in (double[])[0.5, 0.8, 0.9, 0.95])
{
    BackgroundRejection rejection = curve.RejectionAt(efficiency);
    Console.WriteLine($"at {efficiency:P0} signal efficiency: {rejection.Rejection:P1} of the background rejected, 1 event in {rejection.Factor:F1} let through");
}

// The curve in letters: signal efficiency upwards, background rejection to the right.
const int Width = 50, Height = 16;
for (int row = Height; row >= 1; row--)
{
    double efficiency = row / (double)Height;
    Console.WriteLine($"{efficiency,5:P0} |{new string('#', (int)Math.Round(Width * curve.RejectionAt(efficiency).Rejection))}");
}

Console.WriteLine($"       0 {"background rejection",30} {100,17}%");

// The columns are an ellipse's length, width, log size, concentrations, asymmetry, third moments, its angle to the camera's centre in degrees and the distance from there.
Tensor[] Geometry()
{
    Tensor Column(int i) => x.Slice(i, i + 1, axis: 1);
    Tensor length = Column(0) + 1, width = Column(1) + 1, angle = Column(8) * (float)(Math.PI / 180), distance = Column(9);
    Tensor towards = distance * angle.Cos(), aside = distance * angle.Sin();
    return
    [
        (width / length).Log(), Column(2) - ((length * width).Log() / (float)Math.Log(10)), Column(4) / (Column(3) + 0.001f), angle.Cos(), angle.Sin(), towards, aside,
        Column(6) / length, Column(7) / width, Column(5) / length, Column(6).Sign() * towards, Column(5).Abs(), Column(6).Abs(), Column(7).Abs(),
    ];
}

(Tensor X, Tensor Y) Generated()
{
    Tensor hidden = new RandomKey(7).Normal([4000, 10]);
    Tensor score = (hidden.Slice(0, 1, axis: 1) * 2).Sin() + (hidden.Slice(1, 2, axis: 1) * hidden.Slice(2, 3, axis: 1)) + (new RandomKey(8).Normal([4000, 1]) * 0.6);
    return (hidden, score.Greater(-0.3f).Cast(DType.Int32).Reshape([-1]));
}
