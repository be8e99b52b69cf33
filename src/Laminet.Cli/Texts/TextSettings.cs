using System.Text.Json;
using Laminet.Cli.Runs;

namespace Laminet.Cli.Texts;

/// <summary>All that decides the result of a training on texts.</summary>
/// <param name="Model">What is trained: <see cref="Language"/> or <see cref="Classifier"/>.</param>
/// <param name="Data">The full paths of the texts.</param>
/// <param name="Network">The kind of network, or the full path of the weights it starts from.</param>
/// <param name="Tokenizer">The kind of tokenizer, or the full path of its file.</param>
/// <param name="Length">The tokens of an example: as many for a language model, at most as many for a classifier.</param>
/// <param name="Width">The features of a token; null where the weights decide it.</param>
/// <param name="Layers">How many blocks a language model has; null for a classifier.</param>
/// <param name="Heads">How many heads of attention; null for a classifier.</param>
/// <param name="Dropout">In training, the share of results set to zero.</param>
/// <param name="Batch">Examples a step.</param>
/// <param name="Epochs">How often the model is validated.</param>
/// <param name="StepsPerEpoch">The steps of an epoch; null for a pass over all examples.</param>
/// <param name="Minutes">After how many minutes training ends; null for no limit.</param>
/// <param name="LearningRate">The size of a step after the warm-up.</param>
/// <param name="Seed">Names the random numbers.</param>
/// <param name="ValidationSplit">The share of the data that is kept back for validation.</param>
/// <param name="Classes">The names of the classes, in the order of their numbers; null for a language model.</param>
/// <param name="DataSha256">The sum of the texts, so that a resumed run uses the same; null in settings from before runs could be resumed.</param>
internal sealed record TextSettings(
    string Model, IReadOnlyList<string> Data, string Network, string Tokenizer, int Length, int? Width, int? Layers, int? Heads, double Dropout, int Batch, int Epochs, int? StepsPerEpoch, double? Minutes,
    double LearningRate, int Seed, double ValidationSplit, IReadOnlyList<string>? Classes, string? DataSha256 = null)
{
    public const string Language = "language-model", Classifier = "text-classifier";

    private const int MostBytes = 1 << 20;

    public static NumberRange<int> LengthRange { get; } = new(2, 1 << 20);

    public static NumberRange<int> WidthRange { get; } = new(2, 16_384);

    public static NumberRange<int> LayersRange { get; } = new(1, 256);

    public static NumberRange<int> HeadsRange { get; } = new(1, 1024);

    public static NumberRange<int> StepsRange { get; } = new(1, 100_000_000);

    public static NumberRange<double> DropoutRange { get; } = new(0, 0.9);

    /// <summary>Whether a training can begin with these settings, which may come from anywhere.</summary>
    public bool IsTrainable =>
        Data.Count > 0 && DataSha256 is not null && LengthRange.Holds(Length) && DropoutRange.Holds(Dropout) && RunSettings.BatchRange.Holds(Batch) && RunSettings.EpochsRange.Holds(Epochs)
        && RunSettings.LearningRateRange.Holds(LearningRate) && RunSettings.SeedRange.Holds(Seed) && RunSettings.ValidationSplitRange.Holds(ValidationSplit) && (Width is null || WidthRange.Holds(Width.Value))
        && (Model == Language
            ? LanguageTraining.Networks.Contains(Network) && Width is { } width && Layers is { } layers && LayersRange.Holds(layers) && Heads is { } heads && HeadsRange.Holds(heads)
                && width % heads == 0 && StepsPerEpoch is { } steps && StepsRange.Holds(steps)
            : Width is null || ClassifierNetworks.Names.Contains(Network));

    /// <summary>Whether a file, which may be missing, holds the settings of a training on texts.</summary>
    public static bool AreIn(string path)
    {
        try
        {
            return File.Exists(path) && Read(path) is not null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The settings that 'laminet text train' has written.</summary>
    /// <exception cref="InvalidDataException">They are not what this program writes.</exception>
    public static TextSettings Read(string path)
    {
        TextSettings? settings = null;
        try
        {
            if (new FileInfo(path).Length <= MostBytes)
                settings = JsonOutput.Parse<TextSettings>(File.ReadAllText(path));
        }
        catch (JsonException)
        {
        }

        bool isWhole = settings is { Length: >= 1 } && (settings.Model == Language ? settings.Classes is null : settings.Model == Classifier && settings.Classes is { Count: >= 2 });
        return isWhole ? settings! : throw new InvalidDataException($"{path} cannot be used: it is not the settings that 'laminet text train' writes. Name the folder of a training on texts.");
    }
}
