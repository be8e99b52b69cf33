#:project ../src/Laminet/Laminet.csproj
// Counts: a network gives the mean of a Poisson distribution, by its likelihood and by squared error.  dotnet run -c Release samples/counts.cs
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 60;
const int Train = 2000, Test = 2000;
Tensor x = new RandomKey(1).Uniform([Train + Test, 2], -1, 1);
Tensor rate = ((2 * (x.Slice(0, 1, axis: 1) * 3).Sin()) + x.Slice(1, 2, axis: 1)).Exp();
// A count is how many intervals of an exponential clock fit into one unit of time.
Tensor clock = -(1 - new RandomKey(2).Uniform([Train + Test, 80])).Log() / rate;
Tensor y = clock.CumSum(1).Less(1f).Cast(DType.Float32).Sum(1, keepDims: true);
Console.WriteLine($"{Train} counts from {y.Min().ToDouble()} to {y.Max().ToDouble()}, mean {y.Mean().ToDouble():F2}; share of zeros {y.Equal(0).Cast(DType.Float32).Mean().ToDouble():P0}");

(Tensor testX, Tensor testY, Tensor testRate) = (x.Slice(Train), y.Slice(Train), rate.Slice(Train));
foreach (string loss in (string[])["poisson", "mse"])
{
    var model = new Sequential(seed: 1, new Input([2]), new Dense(32, "tanh"), new Dense(32, "tanh"), new Dense(1, loss == "poisson" ? "exponential" : "linear"));
    model.Compile(new Laminet.Optimizers.Adam(0.003), loss);
    model.Fit(x.Slice(0, Train), y.Slice(0, Train), batchSize: 32, epochs: epochs);
    Tensor predicted = model.Predict(testX);
    Tensor allowed = predicted.Maximum(Tensor.Scalar(0.01f));
    // Twice the difference of log likelihoods from a model that knows each count.
    Tensor deviance = 2 * (Tensor.Where(testY.Greater(0), testY * (testY.Maximum(Tensor.Scalar(1f)) / allowed).Log(), Tensor.Scalar(0f)) - testY + allowed).Mean();
    double relative = ((predicted - testRate).Abs() / testRate).Mean().ToDouble();
    Console.WriteLine($"{loss}: deviance {deviance.ToDouble():F3}, relative error of the rate {relative:F3}, predictions below zero {predicted.Less(0f).Cast(DType.Float32).Mean().ToDouble():P1}");
}
