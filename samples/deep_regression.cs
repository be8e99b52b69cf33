#:project ../src/Laminet/Laminet.csproj
// Going deep also improves regression: a linear, a shallow and a deep network of the same number of weights on the same split.  dotnet run -c Release samples/deep_regression.cs
// The target is a function of functions, y = w(w(x1, x2), w(x3, x4)) with w(a, b) = (1 + sin(pi (a + b))) / 2; six more inputs do not matter.
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 120;
const int Train = 4000, Test = 2000;
Tensor x = new RandomKey(1).Uniform([Train + Test, 10]);
Tensor Column(int i) => x.Slice(i, i + 1, axis: 1);
// Waves within waves: each level is simple, all together are not.
Tensor Wave(Tensor a, Tensor b) => ((a + b) * Math.PI).Sin() * 0.5 + 0.5;
Tensor y = (Wave(Wave(Column(0), Column(1)), Wave(Column(2), Column(3))) * 4) + new RandomKey(2).Normal([Train + Test, 1]) * 0.1;
(Tensor trainX, Tensor testX) = (x.Slice(0, Train), x.Slice(Train));
Tensor mean = y.Slice(0, Train).Mean(), deviation = (y.Slice(0, Train) - mean).Square().Mean().Sqrt();
Tensor trainY = (y.Slice(0, Train) - mean) / deviation, testY = y.Slice(Train);
Console.WriteLine($"{Train} examples to learn from, {Test} to test; the target varies by {deviation.ToDouble():F2}, of which 0.1 is noise");

foreach ((string name, Layer[] layers) in (ReadOnlySpan<(string, Layer[])>)[
    ("linear", [new Dense(1)]),
    ("shallow", [new Dense(256, "relu"), new Dense(1)]),
    ("deep", [new Dense(42, "relu", kernelInitializer: "he_uniform"), new Dense(42, "relu", kernelInitializer: "he_uniform"), new Dense(16, "relu", kernelInitializer: "he_uniform"), new Dense(1)])])
{
    var model = new Sequential(seed: 3, [new Input([10]), .. layers]);
    model.Compile("adam", "mse");
    model.Fit(trainX, trainY, batchSize: 32, epochs: epochs);
    Tensor error = (model.Predict(testX) * deviation) + mean - testY;
    Console.WriteLine($"{name}: {model.ParameterCount} parameters, test RMSE {error.Square().Mean().Sqrt().ToDouble():F3}");
}
