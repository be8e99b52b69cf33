using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Configuration;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Measures the time of training and of its validations, and stops training after a time, if wanted. The time of a training that was interrupted and resumed counts too.
/// PyTorch Lightning: <c>Timer</c>.
/// </summary>
/// <param name="duration">The time after which training stops at the end of the current batch; null for no limit.</param>
public sealed class TrainingTimer(TimeSpan? duration = null) : Callback
{
    private readonly Stopwatch training = new(), validation = new(), epoch = new();
    private readonly List<TimeSpan> epochs = [];
    private TimeSpan trainingBefore, validationBefore;

    /// <summary>The limit; null for none.</summary>
    public TimeSpan? Duration { get; } = Setting.Require(duration, duration is null || duration > TimeSpan.Zero, "a time above 0, or null");

    /// <summary>The time in Fit, validations included.</summary>
    public TimeSpan Total => trainingBefore + training.Elapsed;

    /// <summary>The time in validations.</summary>
    public TimeSpan Validation => validationBefore + validation.Elapsed;

    /// <summary>The time of each epoch that is done, its validation included.</summary>
    public IReadOnlyList<TimeSpan> Epochs => epochs;

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        (trainingBefore, validationBefore) = (TimeSpan.Zero, TimeSpan.Zero);
        this.epochs.Clear();
        validation.Reset();
        training.Restart();
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(Model model) => training.Stop();

    /// <inheritdoc/>
    public override void OnTrainFailed(Model model, Exception exception) => training.Stop();

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch) => this.epoch.Restart();

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs) => epochs.Add(this.epoch.Elapsed);

    /// <inheritdoc/>
    public override void OnTestBegin(Model model, int? batches) => validation.Start();

    /// <inheritdoc/>
    public override void OnTestEnd(Model model, IReadOnlyDictionary<string, double> logs) => validation.Stop();

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Duration is not { } limit || Total < limit || model.Progress.StopTraining)
            return;
        model.Progress.StopTraining = true;
        model.Warn(string.Create(CultureInfo.InvariantCulture, $"TrainingTimer: training stops after {Total.TotalSeconds:F1} s; the limit was {limit.TotalSeconds:F1} s."));
    }

    /// <inheritdoc/>
    public override CallbackState GetState() => new(new JsonObject
    {
        ["total"] = Total.Ticks,
        ["validation"] = Validation.Ticks,
        ["epochs"] = new JsonArray([.. epochs.Select(time => (JsonNode)time.Ticks)]),
    });

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        TimeSpan[] read = [.. state.Values["epochs"].ListAt("epochs").Select(ticks => new TimeSpan(ticks!.GetValue<long>()))];
        (trainingBefore, validationBefore) = (new TimeSpan(state.Values.Get("total", 0L)), new TimeSpan(state.Values.Get("validation", 0L)));
        epochs.Clear();
        epochs.AddRange(read);
        training.Restart();
        validation.Reset();
    }
}
