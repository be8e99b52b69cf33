using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laminet.Configuration;
using Laminet.Formats.Messages.Wandb;
using Laminet.Formats.Records;
using Laminet.Optimizers;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Formats.Watching;

/// <summary>
/// Writes a training as an offline run of Weights &amp; Biases, in <c>wandb/offline-run-DATE_TIME-ID</c>. Nothing is sent; the command
/// <c>wandb sync FOLDER</c> uploads it later, from any machine. Figures have the names of W&amp;B's callback for Keras: <c>epoch/loss</c> over
/// <c>epoch/epoch</c>, <c>batch/loss</c> over <c>batch/batch_step</c>. Settings, optimizer and loss are in the run's config. Keras: <c>WandbMetricsLogger</c>, of the package wandb.
/// </summary>
/// <remarks>
/// The folder survives a process that is killed, up to the last five seconds. A training that <see cref="BackupAndRestore"/> resumes goes on in the
/// same folder; if that is gone, as after an upload, in a new one of the same run. If it cannot be written during training, as on a full disk, Fit warns and training continues.
/// Form of the files: the sources of the wandb client (MIT License), read in 2026; its own reader and messages read them (<c>eng/read_watching.py</c>); <c>wandb sync</c> was not run on them.
/// </remarks>
/// <example><code>
/// model.Fit(x, y, epochs: 10, callbacks: [new WandbOffline("clothes", name: "first try")]);
/// </code></example>
/// <param name="project">The project to which the run will belong; null for W&amp;B's own choice.</param>
/// <param name="name">The run's name in tables; null for one that W&amp;B makes up.</param>
/// <param name="config">Further settings of the run; one of the callback's own is replaced by one of the same name.</param>
/// <param name="directory">The directory that holds the folder <c>wandb</c>.</param>
/// <param name="updateFrequency">When figures are written: <c>"epoch"</c>, <c>"batch"</c>, or a number of batches.</param>
/// <param name="id">The run's name on the server, unique in its project: letters, digits, '-' and '_'. Null for a new one.</param>
/// <param name="entity">The user or team to which the project belongs; null for the user who uploads.</param>
/// <param name="group">The group of runs to which this one belongs.</param>
/// <param name="tags">Labels.</param>
/// <param name="notes">A description.</param>
public sealed partial class WandbOffline(
    string? project = null, string? name = null, JsonObject? config = null, string directory = ".", UpdateFrequency updateFrequency = default, string? id = null,
    string? entity = null, string? group = null, IReadOnlyList<string>? tags = null, string? notes = null) : Callback
{
    private const string RunFolder = "folder", RunId = "id", Records = "records", Steps = "steps", Length = "length", Seconds = "seconds", Batches = "batches";

    // The wandb client refuses such names only when the run is uploaded.
    private const string NotInProjects = "/\\#?%:";
    private const int LongestProject = 128;

    private readonly string? id = Setting.Require(id, id is null || ValidId.IsMatch(id), "letters, digits, '-' and '_', at most 64 of them")!;
    private readonly string? project = Setting.Require(
        project, project is null || (project.Length is >= 1 and <= LongestProject && !project.Any(NotInProjects.Contains)), $"1 to {LongestProject} characters, none of {NotInProjects}");
    private readonly ToleratedWrites writes = new(nameof(WandbOffline));
    private WandbRun? run;
    private (string Folder, string Id, WandbPosition Position)? earlier;
    private long batches;
    private int epochsAsked;

    /// <summary>The folder of the run, for <c>wandb sync</c>; null before the first epoch.</summary>
    public string? Folder { get; private set; }

    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    internal RecordFile.WriteAt? WriteLog { get; init; }

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        ArgumentNullException.ThrowIfNull(model);
        Close(null);
        writes.Reset();
        (this.batches, earlier, Folder, epochsAsked) = (0, null, null, epochs);
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch)
    {
        ArgumentNullException.ThrowIfNull(model);
        // Only now is it known where a resumed training goes on.
        if (run is null)
            writes.Try(model, () => Open(model));
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        batches++;
        if (updateFrequency.IsDue(batches))
            run?.Log([.. Named("batch", logs), new("batch/learning_rate", model.Optimizer!.LearningRate), new("batch/batch_step", batches)]);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        writes.Try(model, () =>
        {
            Open(model);
            run!.Log(new KeyValuePair<string, double>[] { new("epoch/epoch", epoch), new("epoch/learning_rate", model.Optimizer!.LearningRate) }.UnionBy(Named("epoch", logs), figure => figure.Key));
            run.Flush();
        });
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        // Cancelled training is meant to go on one day.
        Close(model.Progress.History.WasCancelled ? null : 0);
    }

    /// <inheritdoc/>
    public override void OnTrainFailed(Model model, Exception exception) => Close(1);

    /// <inheritdoc/>
    public override CallbackState GetState()
    {
        JsonObject values = new() { [Batches] = batches };
        if (run is null)
            return new CallbackState(values);
        try
        {
            WandbPosition position = run.Position;
            (values[RunFolder], values[RunId], values[Records], values[Steps], values[Length], values[Seconds]) =
                (Path.GetFullPath(run.Folder), run.Id, position.Records, position.Steps, position.Length, position.Seconds);
        }
        catch (IOException)
        {
            // The next epoch's end warns of it. A training resumed from here begins a new run.
        }

        return new CallbackState(values);
    }

    internal override bool WritesFiles => true;

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        JsonObject values = state.Values;
        batches = values.Count(Batches);
        long length = values.Get(Length, 0L);
        double seconds = values.Get(Seconds, 0.0);
        if (length < 0 || seconds is not (>= 0 and < 1e10))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{Length}' is {length} and '{Seconds}' is {seconds}; expected 0 or more."));
        earlier = values.Get<string?>(RunFolder, null) is { } folder && values.Get<string?>(RunId, null) is { } its && ValidId.IsMatch(its)
            ? (folder, its, new WandbPosition(values.Count(Records), values.Count(Steps), length, seconds))
            : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex ValidId { get; }

    private static IEnumerable<KeyValuePair<string, double>> Named(string beginning, IEnumerable<KeyValuePair<string, double>> logs) =>
        logs.Select(figure => KeyValuePair.Create($"{beginning}/{figure.Key}", figure.Value));

    private void Open(Model model)
    {
        if (run is not null)
            return;
        if (earlier is { } before && WandbRun.Resume(before.Folder, before.Id, before.Position, Clock, WriteLog) is { } resumed)
        {
            (run, Folder) = (resumed, resumed.Folder);
            return;
        }

        RunRecord record = new()
        {
            RunId = earlier?.Id ?? id ?? WandbRun.NewId(),
            Entity = entity ?? "",
            Project = project ?? "",
            DisplayName = name ?? "",
            RunGroup = group ?? "",
            Notes = notes ?? "",
            Tags = { tags ?? [] },
        };
        run = WandbRun.Start(directory, record, Config(model), earlier?.Position, Clock, WriteLog);
        Folder = run.Folder;
        run.DefineAxis("epoch/epoch", "epoch/*");
        if (updateFrequency.Batches > 0)
            run.DefineAxis("batch/batch_step", "batch/*");
    }

    private JsonObject Config(Model model)
    {
        JsonObject all = new()
        {
            ["model"] = model.Name ?? model.GetType().Name,
            ["parameters"] = model.ParameterCount,
            ["seed"] = model.Seed.ToString(CultureInfo.InvariantCulture),
            ["epochs"] = epochsAsked,
            ["learning_rate"] = model.Optimizer!.LearningRate,
            ["optimizer"] = Optimizer.Registry.Serialize(model.Optimizer),
            ["loss"] = new JsonArray([.. model.Losses!.OfType<Losses.Loss>().Select(loss => (JsonNode)loss.Name)]),
        };
        foreach ((string key, JsonNode? value) in config ?? [])
            all[key] = value?.DeepClone();
        return all;
    }

    private void Close(int? exitCode)
    {
        run?.Close(exitCode);
        run = null;
    }
}
