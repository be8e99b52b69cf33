using System.Diagnostics;
using System.Globalization;
using Laminet.Data;
using Laminet.Formats.Watching;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Bench.Steps;

/// <summary>
/// What Fit adds to the training steps it makes, and a callback that writes each batch for TensorBoard to Fit: epochs of Fit and as many single
/// steps of the same model and batch, in alternation.
/// </summary>
internal static class FitBench
{
    private const int Steps = 50;

    public static int Run(Options options)
    {
        const string name = "mnist_convnet_train_b128";
        (Model model, Tensor x, Tensor y) = Workload.Named(name).CreateWithData();
        Batch[] batches = [.. Enumerable.Repeat(new Batch(x, y), Steps)];
        long allocated = 0;
        List<double> single = [], ofFit = [], fed = [], watched = [];
        string logs = Directory.CreateTempSubdirectory("laminet-bench-").FullName;
        Dataset examples = Dataset.FromTensors(x, y).Shuffle(1).Batch(x.Shape[0]).Repeat(Steps);
        long start = Stopwatch.GetTimestamp();
        // The first round warms up.
        for (int round = -1; round < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds; round++)
        {
            double[] times =
            [
                Time(() =>
                {
                    for (int step = 0; step < Steps; step++)
                        model.TrainOnBatch(x, y);
                }),
                Time(() => model.Fit(Watched())),
                Time(() => model.Fit(examples)),
                Time(() => model.Fit(Watched(), callbacks: [new TensorBoard(logs, writeGraph: false, updateFrequency: "batch")])),
            ];
            if (round < 0)
                continue;
            single.Add(times[0]);
            ofFit.Add(times[1]);
            fed.Add(times[2]);
            watched.Add(times[3]);
        }

        Directory.Delete(logs, recursive: true);
        double step = Median(single);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, {single.Count} rounds of {Steps} steps in alternation: a step by itself {step:F3} ms; "
            + $"in Fit {Median(ofFit):F3} ms, ratio of medians {Median(ofFit) / step:F3}, {allocated} bytes allocated a batch in steady state; "
            + $"in Fit with shuffled examples {Median(fed):F3} ms, ratio {Median(fed) / step:F3}; "
            + $"in Fit with a line for TensorBoard a batch {Median(watched):F3} ms, ratio to Fit {Median(watched) / Median(ofFit):F3} (of bests {watched.Min() / ofFit.Min():F3})"));
        return 0;

        // The batches, counting what is allocated from the first quarter to the last.
        IEnumerable<Batch> Watched()
        {
            long before = 0;
            for (int place = 0; place < Steps; place++)
            {
                if (place == Steps / 4)
                    before = GC.GetTotalAllocatedBytes(precise: true);
                if (place == 3 * Steps / 4)
                    allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / (Steps / 2);
                yield return batches[place];
            }
        }
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / Steps;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
