using System.Globalization;
using System.Text.Json.Nodes;

namespace Laminet.Training.Callbacks;

/// <summary>Saves the model after epochs: each time, or when a figure is better than ever before.</summary>
/// <param name="path">The file; <c>{epoch}</c> and figures such as <c>{val_loss}</c> in it are filled in.</param>
/// <param name="monitor">The figure to watch when only the best is kept.</param>
/// <param name="saveBestOnly">Whether a file is written only when the figure improves.</param>
/// <param name="saveWeightsOnly">Whether only weights are written (safetensors), not the model and its training state.</param>
/// <param name="mode">Which way is better.</param>
public sealed class ModelCheckpoint(
    string path, string monitor = "val_loss", bool saveBestOnly = false, bool saveWeightsOnly = false, MonitorMode mode = MonitorMode.Auto) : Callback
{
    private readonly Monitor watched = new(monitor, mode, 0, nameof(ModelCheckpoint));

    /// <summary>The file last written.</summary>
    public string? LastPath { get; private set; }

    /// <summary>The best value so far.</summary>
    public double? Best => watched.Best;

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => watched.Reset();

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> figures)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(figures);
        if (saveBestOnly && !watched.Improves(watched.Read(figures)))
            return;
        LastPath = Fill(epoch, figures);
        if (saveWeightsOnly)
            model.SaveWeights(LastPath);
        else
            model.Save(LastPath);
    }

    /// <inheritdoc/>
    public override CallbackState GetState()
    {
        JsonObject values = [];
        watched.Save(values);
        return new CallbackState(values);
    }

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        watched.Load(state.Values);
    }

    private string Fill(int epoch, IDictionary<string, double> figures)
    {
        string filled = path.Replace("{epoch}", (epoch + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        foreach ((string name, double value) in figures)
            filled = filled.Replace($"{{{name}}}", value.ToString("F4", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return filled;
    }
}
