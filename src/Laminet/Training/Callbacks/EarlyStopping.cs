using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Training.Callbacks;

/// <summary>Stops training when a figure has not improved for some epochs. Keras: <c>EarlyStopping</c>.</summary>
/// <param name="monitor">The figure to watch.</param>
/// <param name="minDelta">The smallest change that counts as an improvement.</param>
/// <param name="patience">Epochs without improvement after which training stops.</param>
/// <param name="mode">Which way is better.</param>
/// <param name="baseline">A value that the figure must also beat: an epoch that improves but does not beat the baseline counts as one without improvement.</param>
/// <param name="restoreBestWeights">Whether the weights of the best epoch are restored at the end.</param>
/// <param name="startFromEpoch">The number of epochs before monitoring starts.</param>
public sealed class EarlyStopping(
    string monitor = "val_loss", double minDelta = 0, int patience = 0, MonitorMode mode = MonitorMode.Auto,
    double? baseline = null, bool restoreBestWeights = false, int startFromEpoch = 0) : Callback
{
    private readonly Monitor watched = new(monitor, mode, minDelta, nameof(EarlyStopping));
    private readonly int patience = Setting.Require(patience, patience >= 0, "0 or more");
    private readonly double? baseline = Setting.Require(baseline, baseline is not { } bar || !double.IsNaN(bar), "a number, or null");
    private readonly int startFromEpoch = Setting.Require(startFromEpoch, startFromEpoch >= 0, "0 or more");
    private IReadOnlyList<Tensor> bestWeights = [];
    private int wait;

    /// <summary>The epoch after which this callback stopped training; null if it did not.</summary>
    public int? StoppedEpoch { get; private set; }

    /// <summary>The best value so far.</summary>
    public double? Best => watched.Best;

    /// <summary>The epoch of the best value.</summary>
    public int BestEpoch { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        watched.Reset();
        (wait, BestEpoch, StoppedEpoch, bestWeights) = (0, 0, null, []);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (watched.Read(model, logs) is not { } value || epoch < startFromEpoch)
            return;
        wait++;
        if (watched.Improves(value))
        {
            BestEpoch = epoch;
            // Tensors are values: remembering them copies nothing.
            if (restoreBestWeights)
                bestWeights = [.. model.Weights.Select(weight => weight.Value)];
            if (baseline is not { } bar || watched.Beats(value, bar))
                wait = 0;
        }
        else if (wait >= patience && epoch > 0)
        {
            StoppedEpoch = epoch;
            model.Progress.StopTraining = true;
        }
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach ((Variable weight, Tensor best) in model.Weights.Zip(bestWeights))
            weight.Assign(best);
    }

    /// <inheritdoc/>
    public override CallbackState GetState()
    {
        JsonObject values = new() { ["wait"] = wait, ["best_epoch"] = BestEpoch, ["stopped_epoch"] = StoppedEpoch };
        watched.Save(values);
        return new CallbackState(values, bestWeights.Select((tensor, index) => (tensor, index)).ToDictionary(pair => $"best/{pair.index}", pair => pair.tensor));
    }

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        // All is read before anything is changed.
        (int waited, int bestEpoch, int? stoppedEpoch) = (state.Values.Count("wait"), state.Values.Count("best_epoch"), state.Values.CountOrNone("stopped_epoch"));
        Tensor[] weights = [.. Enumerable.Range(0, state.Tensors.Count).Select(index => state.Tensors.TryGetValue($"best/{index}", out Tensor? tensor) ? tensor
            : throw new FormatException($"The tensor 'best/{index}' of the best weights is missing; there are {string.Join(", ", state.Tensors.Keys.Order(StringComparer.Ordinal))}."))];
        watched.Load(state.Values);
        (wait, BestEpoch, StoppedEpoch, bestWeights) = (waited, bestEpoch, stoppedEpoch, weights);
    }
}
