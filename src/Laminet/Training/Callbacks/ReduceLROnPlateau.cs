using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Configuration;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Multiplies the learning rate by a factor when a figure has not improved for some epochs. Keras: <c>ReduceLROnPlateau</c>; PyTorch:
/// <c>optim.lr_scheduler.ReduceLROnPlateau</c>.
/// </summary>
public sealed class ReduceLROnPlateau : Callback
{
    private readonly Monitor watched;
    private readonly double factor;
    private readonly int patience;
    private readonly int cooldown;
    private readonly double minimum;
    private int wait;
    private int cooling;

    /// <summary>Creates the callback.</summary>
    /// <param name="monitor">The figure to watch.</param>
    /// <param name="factor">The factor by which the learning rate is multiplied; above 0 and below 1.</param>
    /// <param name="patience">The number of epochs without improvement after which the rate is reduced.</param>
    /// <param name="mode">Which way is better.</param>
    /// <param name="minDelta">The smallest change that counts as an improvement.</param>
    /// <param name="cooldown">The number of epochs after a reduction before monitoring starts again.</param>
    /// <param name="minimumLearningRate">The learning rate is not reduced below this.</param>
    public ReduceLROnPlateau(
        string monitor = "val_loss", double factor = 0.1, int patience = 10, MonitorMode mode = MonitorMode.Auto, double minDelta = 1e-4,
        int cooldown = 0, double minimumLearningRate = 0)
    {
        if (!(factor > 0 && factor < 1))
            throw new ArgumentOutOfRangeException(nameof(factor), string.Create(CultureInfo.InvariantCulture,
                $"ReduceLROnPlateau: received the factor {factor}; expected above 0 and below 1."));
        watched = new Monitor(monitor, mode, minDelta, nameof(ReduceLROnPlateau));
        this.factor = factor;
        this.patience = Setting.Require(patience, patience >= 0, "0 or more");
        this.cooldown = Setting.Require(cooldown, cooldown >= 0, "0 or more");
        minimum = Setting.Require(minimumLearningRate, minimumLearningRate >= 0 && double.IsFinite(minimumLearningRate), "zero or more, and finite");
    }

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        watched.Reset();
        (wait, cooling) = (0, 0);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        double? read = watched.Read(model, logs);
        logs["learning_rate"] = model.Optimizer!.LearningRate;
        if (read is not { } value)
            return;
        if (cooling > 0)
        {
            cooling--;
            wait = 0;
        }

        if (watched.Improves(value))
        {
            wait = 0;
        }
        // A rate that is at the minimum, or was set below it, stays as it is.
        else if (cooling == 0 && ++wait >= patience && model.Optimizer.LearningRate > minimum)
        {
            model.Optimizer.LearningRate = Math.Max(model.Optimizer.LearningRate * factor, minimum);
            (wait, cooling) = (0, cooldown);
        }
    }

    /// <inheritdoc/>
    public override CallbackState GetState()
    {
        JsonObject values = new() { ["wait"] = wait, ["cooling"] = cooling };
        watched.Save(values);
        return new CallbackState(values);
    }

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (int newWait, int newCooling) = (state.Values.Count("wait"), state.Values.Count("cooling"));
        watched.Load(state.Values);
        (wait, cooling) = (newWait, newCooling);
    }
}
