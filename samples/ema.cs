#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// Weights and their moving average in one compiled step; the average is evaluated in a StateScope.  dotnet run -c Release samples/ema.cs
using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Zoo.Datasets;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 5;
ImageDataset data = FashionMnist.Load();
var model = new Sequential(
    new Input([28, 28, 1]), new Rescaling(1.0 / 255), new Flatten(), new Dense(128, "relu"), new Dropout(0.2), new Dense(10));
var loss = new SparseCategoricalCrossentropy(fromLogits: true);
// Large steps on small batches: the weights jump about the valley's floor, their average lies within it.
Optimizer optimizer = new SGD(0.03, momentum: 0.9);
model.Compile(optimizer, loss, ["accuracy"]);
model.Initialize(new RandomKey(1));

IReadOnlyList<Variable> weights = model.TrainableWeights;
Variable[] averages = [.. weights.Select(weight => new Variable(weight.Value, $"{weight.Name}_average", trainable: false))];
var random = new RandomStream(seed: 2);

CompiledFunction step = Function.Compile(batch =>
{
    var pass = new CallContext(training: true, random.Next());
    (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => loss.Call(batch[1], model.Call(batch[0], pass)), weights);
    optimizer.Apply(gradients, weights);
    // Reads the weights as the optimizer has left them, and is written in place, as they are.
    foreach ((Variable average, Variable weight) in averages.Zip(weights))
        average.Assign(average.Value + (0.01 * (weight.Value - average.Value)));
    return [value];
});

Dataset batches = Dataset.FromTensors(data.TrainImages, data.TrainLabels).Shuffle(seed: 3).Batch(32, dropRemainder: true);
for (int epoch = 0; epoch < epochs; epoch++)
{
    double last = 0;
    foreach (Batch batch in batches.Batches(epoch))
        last = step.Call(batch.X, batch.Y!)[0].ToDouble();
    Console.WriteLine($"epoch {epoch + 1}: loss of the last batch {last:F3}");
}

double Accuracy() => model.Evaluate(data.TestImages, data.TestLabels)["accuracy"];
double raw = Accuracy();
// Within the scope the weights read as their averages; the variables themselves stay as they are.
using (new StateScope([.. weights.Zip(averages, (weight, average) => (weight, average.Value))]))
    Console.WriteLine($"test accuracy: raw weights {raw:F3}, averaged weights {Accuracy():F3}");
Console.WriteLine($"after the scope: raw weights {Accuracy():F3}");
