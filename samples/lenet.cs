#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// LeNet-5 as the lectures have it and in the paper's own layout.  dotnet run -c Release samples/lenet.cs
// Arguments: the folder of MNIST (without it, the embedded clothes), epochs, 'lectures' or '1998' for one of both.
using System.Diagnostics;
using System.Globalization;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

ImageDataset data = args.Length > 0 ? Mnist.Load(args[0]) : FashionMnist.Load();
int epochs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
const int batch = 64;
foreach ((string name, double rate) in (ReadOnlySpan<(string, double)>)[("lectures", 1e-2), ("1998", 3e-3)])
{
    if (args.Length > 2 && args[2] != name)
        continue;
    Sequential model = name == "1998" ? LeNet5.Of1998([28, 28, 1], seed: 0) : LeNet5.Create([28, 28, 1], seed: 0);
    var clock = Stopwatch.StartNew();
    int steps = epochs * ((data.TrainImages.Shape[0] + batch - 1) / batch);
    // The rate rises and falls once: sigmoids need the high rate at first, and the last digits the low one.
    model.Compile(new Adam(new OneCycle(rate, steps)), name == "1998" ? new LeNetLoss() : new SparseCategoricalCrossentropy(), ["accuracy"]);
    TimeSpan before = Environment.CpuUsage.TotalTime;
    model.Fit(data.TrainImages, data.TrainLabels, batch, epochs);
    double seconds = clock.Elapsed.TotalSeconds, processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    // The same from its file.
    string file = Path.Combine(Path.GetTempPath(), $"{model.Name}-{Environment.ProcessId}.laminet");
    model.Save(file);
    double accuracy = Model.Load(file).Evaluate(data.TestImages, data.TestLabels)["accuracy"];
    File.Delete(file);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {model.ParameterCount:N0} parameters, test accuracy {accuracy:F4} after {epochs} epochs, {seconds:F1} s ({processor:F0} s of processor time)"));
}
