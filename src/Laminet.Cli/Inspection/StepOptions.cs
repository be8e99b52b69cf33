using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Runs;
using Laminet.Training;

namespace Laminet.Cli.Inspection;

/// <summary>Which step of which model is looked at, on the command line.</summary>
internal sealed class StepOptions
{
    private static readonly StepKind[] Kinds = [StepKind.Train, StepKind.Test, StepKind.Predict];

    public Argument<string> Model { get; } = NamedModel.Argument();

    public Option<string> Step { get; } = Options.Text("--step", "train|test|predict", "The step: train is forward, backward and update; test is forward and loss; predict is forward", NameOf(StepKind.Train));

    public Option<int> Batch { get; } = Options.Number("--batch", "N", "Images per step", RunSettings.BatchRange, 128);

    public Option<int> Length { get; } = Options.Length();

    /// <summary>Finds what was asked for.</summary>
    public ModelStep Read(Surroundings surroundings, ParseResult parse)
    {
        string kind = Options.OneOf(Step.Name, parse.GetRequiredValue(Step), [.. Kinds.Select(NameOf)]);
        StepKind found = Array.Find(Kinds, known => NameOf(known) == kind);
        int? length = parse.IsGiven(Length) ? parse.GetValue(Length) : null;
        return new ModelStep(NamedModel.FindFor(found, surroundings, parse.GetRequiredValue(Model), length), found, parse.GetValue(Batch), length);
    }

    internal static string NameOf(StepKind kind) => kind.ToString().ToLower(CultureInfo.InvariantCulture);
}

/// <summary>A step of a model for batches of a size.</summary>
internal sealed record ModelStep(Model Model, StepKind Kind, int Batch, int? Length = null)
{
    /// <summary>The step as the command line names it.</summary>
    public string Step => StepOptions.NameOf(Kind);

    /// <summary>The model's name and the step in a few words.</summary>
    public string Title => string.Create(CultureInfo.InvariantCulture, $"{Model.Name ?? "model"}, {Step} step, batch {Batch}{(Length is null ? "" : $", length {Length}")}");
}
