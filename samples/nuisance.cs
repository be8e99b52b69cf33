#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
// Features and nuisance: inputs that say nothing are added; what each layer keeps of them is read off by linear regression.  dotnet run -c Release samples/nuisance.cs
// With the path of UCI's magic04.data as an argument: gamma rays against hadrons (CC BY 4.0). Without: generated data of the same form.
using Laminet.Estimators;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

string? file = args.FirstOrDefault(argument => !int.TryParse(argument, out _));
int epochs = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, 15);
const int Noise = 10;
(Tensor features, Tensor labels) = file is null ? Generated() : CsvTable.Read(file, "10") is var table ? (table.X, table.Y.Equal(0).Cast(DType.Int32)) : default;
int count = features.Shape[0], held = count / 4;
Tensor order = new RandomKey(1).Permutation(count);
Tensor informative = new StandardScaler().FitTransform(features.Gather(order, 0)), noise = new RandomKey(2).Normal([count, Noise]);
Tensor x = Tensor.Concatenate([informative, noise], 1), y = labels.Gather(order, 0).Cast(DType.Float32).Reshape([-1, 1]);

var model = new Sequential(seed: 1, new Input([x.Shape[1]]), new Dense(64, "relu"), new Dense(32, "relu"), new Dense(16, "relu"), new Dense(1, "sigmoid"));
model.Compile("adam", "binary_crossentropy", ["accuracy"]);
model.Fit(x.Slice(held), y.Slice(held), batchSize: 128, epochs: epochs);
Console.WriteLine($"{count} events, {informative.Shape[1]} features that matter and {Noise} of noise; test accuracy {model.Evaluate(x.Slice(0, held), y.Slice(0, held))["accuracy"]:F3}");

// How much of the noise, and of the label, a straight line through a layer's outputs explains in new data.
Explained("input", x);
foreach (Layer layer in model.Layers.OfType<Dense>())
    Explained(layer.Name!, new Model(model.Inputs, layer.Output).Predict(x));

void Explained(string name, Tensor outputs)
{
    double OfTarget(Tensor target)
    {
        var line = new MLPRegressor { HiddenLayerSizes = [], Solver = Solver.Adam, LearningRateInit = 0.01, MaxIter = 30, Alpha = 0, RandomState = 1, Warn = _ => { } };
        Tensor scaled = new StandardScaler().FitTransform(outputs);
        line.Fit(scaled.Slice(held), target.Slice(held));
        return line.Score(scaled.Slice(0, held), target.Slice(0, held));
    }

    Console.WriteLine($"{name,8}: R² of the noise {Math.Max(0, OfTarget(noise)):F3}, of the label {OfTarget(y):F3}");
}

(Tensor X, Tensor Y) Generated()
{
    Tensor hidden = new RandomKey(7).Normal([4000, 10]);
    Tensor score = hidden.Slice(0, 1, axis: 1).Square() + (hidden.Slice(1, 2, axis: 1) * hidden.Slice(2, 3, axis: 1)) - 0.7;
    return (hidden, score.Greater(0f).Cast(DType.Int32).Reshape([-1]));
}
