using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Tries what an <see cref="OwnTraining"/> has learned on the test part of its data, or of others.</summary>
internal static class OwnEvaluation
{
    /// <summary>Evaluates a run and tells its figures.</summary>
    /// <returns>Whether it is a run of a training that can be evaluated; if not, nothing was done.</returns>
    public static bool Run(Surroundings surroundings, string asked, string? otherData, bool json)
    {
        if (!Directory.Exists(surroundings.FullPath(asked)))
            return false;
        RunFolder folder = RunFolder.Open(surroundings, asked);
        if (OwnSettings.TrainingIn(folder.Settings) is not { Evaluate: { } evaluate } own)
            return false;
        OwnSettings settings = OwnSettings.Read(folder.Settings, own);
        // What was learned from tells the words again, each with its number.
        OwnData learned = settings.Load(own, surroundings, asked), tested = otherData is null ? learned : own.Source.Load(own.Source.KeyOf(surroundings, otherData), null);
        Figures figures = evaluate(new OwnRun(folder, settings, learned, surroundings, _ => { }), tested);
        if (json)
            surroundings.Output.WriteLine(JsonOutput.Text(new { Run = folder.FullPath, Data = tested.Key, Figures = figures.ToDictionary(figure => figure.Key, figure => figure.Value) }));
        new Screen(surroundings, json).Line($"{own.Name} on {tested.Name}:{figures.Text()}");
        return true;
    }
}
