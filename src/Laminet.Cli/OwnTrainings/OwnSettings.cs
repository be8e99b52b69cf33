using System.Text.Json;
using Laminet.Cli.Runs;

namespace Laminet.Cli.OwnTrainings;

/// <summary>All that decides the result of an <see cref="OwnTraining"/>.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Data">A data set's name or a full path.</param>
/// <param name="DataSha256">The sum of the data.</param>
/// <param name="Epochs">Passes over the data; null if it learns all at once.</param>
/// <param name="Batch">Examples a step; null if it takes none, or packs them itself.</param>
/// <param name="Seed">Names the random numbers.</param>
/// <param name="Limit">How many examples of each part are used at most; null for all.</param>
internal sealed record OwnSettings(string Model, string Data, string DataSha256, int? Epochs, int? Batch, int Seed, int? Limit)
{
    /// <summary>The training whose settings a file holds; null if it holds others.</summary>
    public static OwnTraining? TrainingIn(string path) => RunSettings.ModelIn(path) is { } name ? OwnTrainingCatalog.Find(name) : null;

    /// <summary>Reads the settings of a run folder, which may come from anywhere.</summary>
    /// <param name="path">The file.</param>
    /// <param name="training">The training that it names.</param>
    /// <exception cref="InvalidDataException">They are not what this program writes.</exception>
    public static OwnSettings Read(string path, OwnTraining training)
    {
        OwnSettings settings;
        try
        {
            settings = JsonOutput.Parse<OwnSettings>(File.ReadAllText(path));
        }
        catch (JsonException exception)
        {
            throw RunSettings.NotJson(path, exception);
        }

        return settings.Mistake(training) is { } mistake ? throw RunSettings.Damaged(path, mistake) : settings;
    }

    /// <summary>Reads again what a run learns from.</summary>
    /// <exception cref="UsageException">It has changed.</exception>
    public OwnData Load(OwnTraining training, Surroundings surroundings, string asked)
    {
        OwnData learned = training.Source.Load(training.Source.KeyOf(surroundings, Data), Limit);
        if (learned.Sha256 != DataSha256)
            throw new UsageException($"the {learned.Unit} of {learned.Name} are not those with which the run '{asked}' started. Restore them, or start a new run.");
        learned.RequireEpochs(Epochs);
        return learned;
    }

    private string? Mistake(OwnTraining training) =>
        Fits("epochs", Epochs, training.Epochs, RunSettings.EpochsRange) ?? Fits("batch", Batch, training.Batch, RunSettings.BatchRange)
        ?? RunSettings.Within("seed", Seed, RunSettings.SeedRange) ?? (Limit is { } limit ? RunSettings.Within("limit", limit, RunSettings.LimitRange) : null) ?? RunSettings.PathMistake("data", Data);

    private static string? Fits(string name, int? value, int? usual, NumberRange<int> range) => (value, usual) switch
    {
        ({ } number, { }) => RunSettings.Within(name, number, range),
        (null, null) => null,
        _ => $"{name}: expected {(usual is null ? "none" : "a number")}",
    };
}
