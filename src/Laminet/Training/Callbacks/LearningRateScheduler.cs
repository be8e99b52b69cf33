using Laminet.Optimizers.Schedules;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Sets the learning rate at the beginning of each epoch. For a rate that changes with each step, give the optimizer a <see cref="LearningRateSchedule"/> instead. The logs of
/// each epoch get its "learning_rate". Keras: <c>LearningRateScheduler</c>.
/// </summary>
/// <param name="schedule">Receives the number of the epoch, counted from 0, and the rate so far; gives the rate of the epoch.</param>
/// <example><code>
/// model.Fit(x, y, epochs: 30, callbacks: [new LearningRateScheduler((epoch, rate) => epoch &lt; 10 ? rate : rate * 0.9)]);
/// </code></example>
public sealed class LearningRateScheduler(Func<int, double, double> schedule) : Callback
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The optimizer has a schedule of its own.</exception>
    public override void OnEpochBegin(Model model, int epoch)
    {
        ArgumentNullException.ThrowIfNull(model);
        // A resumed epoch has its rate already.
        if (model.Progress.Batch == 0)
            model.Optimizer!.LearningRate = schedule(epoch, model.Optimizer.LearningRate);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        logs["learning_rate"] = model.Optimizer!.LearningRate;
    }
}
