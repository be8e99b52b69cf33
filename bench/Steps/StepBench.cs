using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Bench.Steps;

/// <summary>Times whole training steps; bench/peers/torch_steps.py runs the same work in PyTorch, bench/compare.py both in alternation.</summary>
internal static class StepBench
{
    private static readonly Dictionary<string, Func<Model>> Workloads = new()
    {
        // As the rival runs it: floats come in, there is no rescaling, the loss is taken from logits.
        ["mnist_convnet_train_b128"] = () => new Sequential(
            new Input([28, 28, 1]), new Conv2D(32, 3, activation: "relu"), new MaxPooling2D(), new Conv2D(64, 3, activation: "relu"),
            new MaxPooling2D(), new Flatten(), new Dropout(0.5), new Dense(10)),
        ["mlp_train_b128"] = () => new Sequential(
            new Input([28, 28, 1]), new Flatten(), new Dense(512, "relu"), new Dense(512, "relu"), new Dense(10)),
        ["lenet5_train_b128"] = () => new Sequential(
            new Input([28, 28, 1]), new Conv2D(6, 5, padding: Padding.Same, activation: "sigmoid"), new AveragePooling2D(),
            new Conv2D(16, 5, activation: "sigmoid"), new AveragePooling2D(), new Flatten(),
            new Dense(120, "sigmoid"), new Dense(84, "sigmoid"), new Dense(10)),
    };

    public static int Run(string[] arguments)
    {
        Queue<string> rest = new(arguments);
        List<string> names = [];
        double seconds = 4;
        while (rest.TryDequeue(out string? argument))
        {
            if (argument == "--threads")
                Engine.Threads = int.Parse(rest.Dequeue(), CultureInfo.InvariantCulture);
            else if (argument == "--seconds")
                seconds = double.Parse(rest.Dequeue(), CultureInfo.InvariantCulture);
            else
                names.Add(argument);
        }

        foreach (string name in names.Count > 0 ? names : [.. Workloads.Keys])
        {
            if (!Workloads.TryGetValue(name, out Func<Model>? create))
            {
                Console.Error.WriteLine($"There is no workload '{name}'. Known: {string.Join(", ", Workloads.Keys)}.");
                return 2;
            }

            Measure(name, create(), seconds);
        }

        return 0;
    }

    private static void Measure(string name, Model model, double seconds)
    {
        model.Compile("adam", new Losses.SparseCategoricalCrossentropy(fromLogits: true));
        RandomKey key = new(1);
        Tensor x = key.Uniform([128, 28, 28, 1]), y = (key.Fold(1).Uniform([128]) * 10).Cast(DType.Int32);
        // The first steps are run by unoptimised code.
        for (int i = 0; i < 40; i++)
            model.TrainOnBatch(x, y);
        List<double> times = [];
        long allocated = GC.GetTotalAllocatedBytes(), start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds || times.Count < 3)
        {
            long step = Stopwatch.GetTimestamp();
            model.TrainOnBatch(x, y);
            times.Add(Stopwatch.GetElapsedTime(step).TotalMilliseconds);
        }

        allocated = (GC.GetTotalAllocatedBytes() - allocated) / times.Count;
        times.Sort();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            name,
            median_ms = Math.Round(times[times.Count / 2], 3),
            best_ms = Math.Round(times[0], 3),
            steps = times.Count,
            threads = Engine.Threads,
            peak_rss_mb = Process.GetCurrentProcess().PeakWorkingSet64 >> 20,
            allocated_bytes_per_step = allocated,
        }));
    }
}
