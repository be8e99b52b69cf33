#:project ../src/Laminet/Laminet.csproj
// Squared and Huber loss when some targets are wrong, for a linear, a shallow and a deep regression.  dotnet run -c Release samples/outliers.cs
// Huber, "Robust estimation of a location parameter", 1964.
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 60;
const int Count = 1500;
Tensor x = new RandomKey(1).Uniform([Count, 1], -3, 3), clean = (2 * x).Sin() + (x / 2);
// One target in ten is far off, always upwards.
Tensor isOff = new RandomKey(2).Uniform([Count, 1]).Less(0.1f);
Tensor y = clean + (new RandomKey(3).Normal([Count, 1]) * 0.1) + Tensor.Where(isOff, new RandomKey(4).Uniform([Count, 1], 5, 15), Tensor.Scalar(0f));
Tensor testX = new RandomKey(5).Uniform([1000, 1], -3, 3), testY = (2 * testX).Sin() + (testX / 2);

foreach ((string name, int[] hidden) in (ReadOnlySpan<(string, int[])>)[("linear", []), ("shallow", [64]), ("deep", [32, 32, 32])])
{
    double[] errors = [.. ((Loss[])[new MeanSquaredError(), new Huber(0.3)]).Select(loss =>
    {
        var model = new Sequential(seed: 1, [new Input([1]), .. hidden.Select(units => new Dense(units, "tanh")), new Dense(1)]);
        model.Compile(new Laminet.Optimizers.Adam(0.005), loss);
        model.Fit(x, y, batchSize: 32, epochs: epochs);
        return (model.Predict(testX) - testY).Square().Mean().Sqrt().ToDouble();
    })];
    Console.WriteLine($"{name}: distance from the true curve (RMSE) with squared loss {errors[0]:F3}, with Huber's {errors[1]:F3}");
}
