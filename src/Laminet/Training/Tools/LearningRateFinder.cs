using Laminet.Configuration;
using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Training.Tools;

/// <summary>
/// Trains on trial with a learning rate that grows from step to step, and tells at which rate the loss falls fastest. Then the model, its optimizer and its random numbers are as
/// before. Smith, "Cyclical learning rates for training neural networks", 2017.
/// </summary>
public static class LearningRateFinder
{
    /// <summary>Finds a learning rate.</summary>
    /// <param name="model">A compiled model, whose optimizer has no schedule.</param>
    /// <param name="x">The examples.</param>
    /// <param name="y">Their targets.</param>
    /// <param name="batchSize">Examples a step.</param>
    /// <param name="minLearningRate">The first rate.</param>
    /// <param name="maxLearningRate">The last rate.</param>
    /// <param name="steps">The number of steps; each rate is the same factor larger than the one before.</param>
    /// <param name="divergence">The trial ends where the smoothed loss is this many times the lowest, or not finite.</param>
    /// <param name="smoothing">The share of the mean loss that stays from step to step.</param>
    /// <returns>The rates, the losses, and a suggestion.</returns>
    /// <exception cref="ArgumentException">The optimizer has a schedule.</exception>
    public static LearningRateCurve Run(
        Model model, Bundle<Tensor> x, Bundle<Tensor>? y = null, int batchSize = 32, double minLearningRate = 1e-7, double maxLearningRate = 1, int steps = 100, double divergence = 4,
        double smoothing = 0.9)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        model.RequireCompiled(nameof(LearningRateFinder));
        Setting.Require(minLearningRate, minLearningRate > 0, "above 0");
        Setting.Require(maxLearningRate, maxLearningRate > minLearningRate && double.IsFinite(maxLearningRate), "above minLearningRate, and finite");
        Setting.Require(steps, steps >= 2, "2 or more");
        Setting.Require(divergence, divergence > 1, "above 1");
        Setting.Require(smoothing, smoothing is >= 0 and < 1, "0 to 1, without 1");
        if (model.Optimizer!.Schedule is { } schedule)
            throw new ArgumentException($"LearningRateFinder: the optimizer follows the schedule {schedule.GetType().Name}, so its rate cannot be tried. Compile the model with a number, and build the schedule from the suggestion.", nameof(model));
        if (!model.Optimizer.HasOwnRate)
            throw new ArgumentException($"LearningRateFinder: a {model.Optimizer.GetType().Name} has no single learning rate that can be set. Compile the model with an optimizer whose rate is a number.", nameof(model));
        TrainingSnapshot before = new(model, new Batch(x, y));
        using StepsDataset batches = new(Dataset.FromTensors(x, y).Shuffle(model.Seed).Batch(batchSize), steps);
        List<double> rates = [], losses = [], smoothed = [];
        try
        {
            double mean = 0, lowest = double.PositiveInfinity;
            foreach (Batch batch in batches.Batches())
            {
                int step = rates.Count;
                double rate = minLearningRate * Math.Pow(maxLearningRate / minLearningRate, step / (steps - 1.0));
                model.Optimizer.LearningRate = rate;
                model.ResetMetrics();
                model.Step(batch);
                double loss = model.CurrentLogs()["loss"];
                mean = (smoothing * mean) + ((1 - smoothing) * loss);
                rates.Add(rate);
                losses.Add(loss);
                smoothed.Add(mean / (1 - Math.Pow(smoothing, step + 1)));
                lowest = Math.Min(lowest, smoothed[^1]);
                if (!double.IsFinite(smoothed[^1]) || smoothed[^1] - lowest > (divergence - 1) * Math.Abs(lowest))
                    break;
            }
        }
        finally
        {
            before.Restore();
        }

        return new LearningRateCurve(rates, losses, smoothed);
    }
}
