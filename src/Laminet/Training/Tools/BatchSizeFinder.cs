using System.Diagnostics;
using System.Globalization;
using Laminet.Configuration;
using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Training.Tools;

/// <summary>
/// Doubles the batch size until the memory is not enough or an example takes no less time than before, and tells the best size. Then the model, its optimizer and its random numbers are as before. The fastest size is not always the one
/// that learns best: with more examples a step there are fewer steps.
/// </summary>
public static class BatchSizeFinder
{
    private const int TimedSteps = 3;

    /// <summary>Finds a batch size.</summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="x">The examples, at least as many as the first size.</param>
    /// <param name="y">Their targets.</param>
    /// <param name="initialBatchSize">The first size.</param>
    /// <param name="maxBatchSize">The largest size; null for all examples.</param>
    /// <param name="memoryBudget">The most bytes that training may use; null for half of the memory that there is.</param>
    /// <param name="gain">The share by which the time of an example must fall from one size to the next.</param>
    public static BatchSizes Run(
        Model model, Bundle<Tensor> x, Bundle<Tensor>? y = null, int initialBatchSize = 8, int? maxBatchSize = null, long? memoryBudget = null, double gain = 0.05)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        model.RequireCompiled(nameof(BatchSizeFinder));
        Batch all = new(x, y);
        TensorSource.RequireExamples(all);
        int most = Math.Min(all.Count, maxBatchSize ?? int.MaxValue);
        Setting.Require(initialBatchSize, initialBatchSize >= 1 && initialBatchSize <= most, string.Create(CultureInfo.InvariantCulture, $"1 to {most}, the number of examples or the largest size"));
        Setting.Require(gain, gain is >= 0 and < 1, "0 to 1, without 1");
        long budget = memoryBudget ?? (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
        TrainingSnapshot before = new(model, all);
        List<BatchSizeTrial> trials = [];
        string reason = "all examples fit in one batch";
        try
        {
            for (int size = initialBatchSize; size <= most; size *= 2)
            {
                long bytes = model.Plan(all, size).TrainingBytes!.Value;
                if (bytes > budget)
                {
                    reason = string.Create(CultureInfo.InvariantCulture, $"a batch of {size} takes {bytes:N0} bytes, more than {budget:N0}");
                    break;
                }

                int count = size;
                BatchSizeTrial trial = new(size, bytes, Time(model, all.Select(tensor => tensor.Slice(0, count))) / size);
                trials.Add(trial);
                if (trials.Count > 1 && trial.SecondsPerExample > trials[^2].SecondsPerExample * (1 - gain))
                {
                    reason = string.Create(CultureInfo.InvariantCulture, $"from {size / 2} to {size} the time of an example hardly falls");
                    break;
                }
            }
        }
        finally
        {
            before.Restore();
        }

        if (trials.Count == 0)
            throw new ArgumentException($"BatchSizeFinder: {reason}. Give a smaller initialBatchSize or a larger memoryBudget.", nameof(memoryBudget));
        return new BatchSizes(trials, trials.MinBy(trial => trial.SecondsPerExample)!.BatchSize, reason);
    }

    // The first step compiles.
    private static double Time(Model model, Batch batch)
    {
        model.Step(batch);
        double best = double.PositiveInfinity;
        for (int step = 0; step < TimedSteps; step++)
        {
            long start = Stopwatch.GetTimestamp();
            model.Step(batch);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
