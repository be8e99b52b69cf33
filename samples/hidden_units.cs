#:project ../src/Laminet/Laminet.csproj
// Universal approximation: f(x) = a + sum of b tanh(c + d x) comes nearer to a curve the more hidden units it has.  dotnet run -c Release samples/hidden_units.cs
// Cybenko, "Approximation by superpositions of a sigmoidal function", 1989.
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 600;
const int Points = 256;
Tensor x = (Tensor.Range(0, Points, DType.Float32) / (Points - 1) * 2 - 1).Reshape([Points, 1]);
Tensor y = (x * 6).Sin() * (-x.Square()).Exp() + (x.Abs() * 0.5);
foreach (int units in (int[])[1, 2, 4, 8, 16, 32, 64])
{
    // The best of three starts, since a small network may end in a poor place.
    double best = Enumerable.Range(0, 3).Min(start =>
    {
        var model = new Sequential(seed: (ulong)start, new Input([1]), new Dense(units, "tanh", kernelInitializer: new Laminet.Initializers.RandomUniform(-6, 6), biasInitializer: new Laminet.Initializers.RandomUniform(-3, 3)), new Dense(1));
        model.Compile(new Adam(0.01), "mse");
        model.Fit(x, y, batchSize: 32, epochs: epochs);
        return model.Evaluate(x, y)["loss"];
    });
    Console.WriteLine($"{units,2} hidden units, {(3 * units) + 1,3} parameters: root mean squared error {Math.Sqrt(best):F4}");
}
