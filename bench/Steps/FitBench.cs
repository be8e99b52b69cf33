using System.Diagnostics;
using System.Globalization;
using Laminet.Data;
using Laminet.Formats.Watching;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Bench.Steps;

/// <summary>
/// What Fit adds to the training steps it makes, and what callbacks that write each batch for TensorBoard or Weights and Biases add to Fit: epochs of Fit and as many single
/// steps of the same model and batch, in alternation. A step's time is that from one batch to the next, and the medians are those of all steps: what else runs on the machine
/// falls on some steps of every kind. Opening and closing files, once a training, are not among them. Where the machine is too busy to tell one hundredth from noise, the time that a
/// callback itself takes on the training thread still can be told.
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
        string logs = Directory.CreateTempSubdirectory("laminet-bench-").FullName;
        Dataset examples = Dataset.FromTensors(x, y).Shuffle(1).Batch(x.Shape[0]).Repeat(Steps);
        List<double> single = [], ofFit = [], shuffled = [], board = [], wandb = [], ofBoard = [], ofWandb = [];
        long start = Stopwatch.GetTimestamp();
        int round = -1;
        // The first round warms up.
        for (; round < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds; round++)
        {
            foreach (Batch batch in Timed(batches, single))
                model.TrainOnBatch(batch.Inputs, batch.Targets);
            model.Fit(Timed(batches, ofFit, counts: true));
            model.Fit(Timed(examples.Batches(), shuffled));
            model.Fit(Timed(batches, board), callbacks: Timing(new TensorBoard(logs, writeGraph: false, updateFrequency: "batch"), ofBoard));
            model.Fit(Timed(batches, wandb), callbacks: Timing(new WandbOffline(directory: logs, updateFrequency: "batch"), ofWandb));
        }

        Directory.Delete(logs, recursive: true);
        Console.WriteLine($"{name}, {round} rounds of {Steps} steps in alternation; {allocated} bytes allocated a batch in Fit's steady state");
        Console.WriteLine($"{"a step",-52}{"median",12}{"to a step",12}{"to Fit",10}{"quarter to Fit",16}{"callback itself",18}");
        Tell("by itself", single);
        Tell("in Fit", ofFit);
        Tell("in Fit with shuffled examples", shuffled);
        Tell("in Fit with a line for TensorBoard a batch", board, ofBoard);
        Tell("in Fit with a line for Weights and Biases a batch", wandb, ofWandb);
        return 0;

        void Tell(string kind, List<double> times, List<double>? itself = null) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind,-52}{Share(times, 0.5),9:F3} ms{Share(times, 0.5) / Share(single, 0.5),12:F3}{Share(times, 0.5) / Share(ofFit, 0.5),10:F3}{Share(times, 0.25) / Share(ofFit, 0.25),16:F3}")
            + (itself is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{Share(itself, 0.5) * 1000,15:F1} us, {Share(itself, 0.5) / Share(ofFit, 0.5):P2}")));

        // The callback between two that note the milliseconds it takes after each batch.
        Callback[] Timing(Callback callback, List<double> times)
        {
            long begun = 0;
            return
            [
                new LambdaCallback(onTrainBatchEnd: (_, _, _) => begun = Stopwatch.GetTimestamp()), callback,
                new LambdaCallback(onTrainBatchEnd: (_, _, _) => times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds)),
            ];
        }

        // Hands out the batches and notes the milliseconds from each to the next. What is allocated is counted from the first quarter to the last.
        IEnumerable<Batch> Timed(IEnumerable<Batch> source, List<double> times, bool counts = false)
        {
            long before = 0, handedOut = 0;
            int place = 0;
            double[] found = new double[Steps];
            foreach (Batch batch in source)
            {
                if (place > 0)
                    found[place - 1] = Stopwatch.GetElapsedTime(handedOut).TotalMilliseconds;
                if (counts && place == Steps / 4)
                    before = GC.GetTotalAllocatedBytes(precise: true);
                if (counts && place == 3 * Steps / 4)
                    allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / (Steps / 2);
                place++;
                handedOut = Stopwatch.GetTimestamp();
                yield return batch;
            }

            if (round >= 0)
                times.AddRange(found.AsSpan(0, Steps - 1));
        }
    }

    /// <summary>The time that a share of the steps does not exceed.</summary>
    private static double Share(List<double> values, double share) => values.Order().ElementAt((int)(values.Count * share));
}
