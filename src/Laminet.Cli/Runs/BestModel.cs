using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Cli.Runs;

/// <summary>Keeps the run's model file: the best by a figure, or the latest. A model that computes no numbers never replaces one that does.</summary>
/// <param name="path">The file; unlike that of <see cref="ModelCheckpoint"/> it is taken as it is, braces and all.</param>
/// <param name="figure">The figure that is to be large, or small if it is a loss; null for the latest.</param>
/// <param name="warn">Called with the reason when the file could not be written.</param>
/// <param name="known">The figure of the model that the file holds already; null if it holds none.</param>
internal sealed class BestModel(string path, string? figure, Action<string> warn, double? known = null) : Callback
{
    private double? best;
    private bool isTold;

    /// <summary>Whether the figures of an epoch and all weights after it are numbers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="figures">The figures of the epoch.</param>
    public static bool IsSound(Model model, IEnumerable<KeyValuePair<string, double>> figures) =>
        figures.Where(pair => pair.Key is "loss" or "val_loss").All(pair => double.IsFinite(pair.Value))
        // The last step of an epoch may break the weights after the loss was computed. The sum is NaN or infinite if an element is.
        && model.Weights.All(weight => double.IsFinite(weight.Value.Sum().ToDouble()));

    public override void OnTrainBegin(Model model, int epochs, int? batches) => best = known;

    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> figures)
    {
        if (!IsSound(model, figures) || (figure is not null && (figure.EndsWith("loss", StringComparison.Ordinal) ? figures[figure] >= best : figures[figure] <= best)))
            return;
        try
        {
            model.Save(path);
            best = figure is null ? null : figures[figure];
        }
        catch (IOException exception)
        {
            // A full disk must not end the training: the file's is still the best that there is.
            if (!isTold)
                warn($"{exception.Message.TrimEnd('.')}. Training continues and the next save is tried; further failures give no warning.");
            isTold = true;
        }
    }

    public override CallbackState GetState() => new(new JsonObject { ["best"] = best });

    public override void SetState(CallbackState state) => best = state.Values["best"] is null ? null : state.Values.Get("best", 0.0);
}
