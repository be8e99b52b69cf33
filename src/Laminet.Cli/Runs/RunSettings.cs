using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Laminet.Cli.OwnTrainings;
using Laminet.Cli.Texts;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Cli.Runs;

/// <summary>All that decides a training run's result: the same settings give the same model, bit for bit.</summary>
/// <param name="Model">A model of the zoo.</param>
/// <param name="Data">A data set's name or the full path of a folder.</param>
/// <param name="DataSha256">The sum of the training images and labels (of photographs: see <see cref="Photographs.AddTo"/>), so that a resumed run uses the same data.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Optimizer">The optimizer's name.</param>
/// <param name="LearningRate">The size of a step; null for the optimizer's own.</param>
/// <param name="Seed">Names the random numbers.</param>
/// <param name="ValidationSplit">The share of the training images kept back for validation.</param>
/// <param name="Limit">How many training and test images are used at most; null for all.</param>
/// <param name="TensorBoard">Whether files for TensorBoard are written. A run that is resumed goes on with them.</param>
/// <param name="Wandb">Whether an offline run of Weights &amp; Biases is written.</param>
/// <param name="ImageShape">Height, width and channels that photographs get; null for images that have a shape.</param>
/// <param name="Classes">The names of the classes of photographs, in the order of their numbers; null for too many.</param>
/// <param name="Transfer">The weights the run starts from; null for random ones.</param>
internal sealed record RunSettings(
    string Model, string Data, string DataSha256, int Epochs, int Batch, string Optimizer, double? LearningRate, int Seed,
    double ValidationSplit, int? Limit, bool TensorBoard = false, bool Wandb = false, IReadOnlyList<int>? ImageShape = null, IReadOnlyList<string>? Classes = null, TransferSettings? Transfer = null)
{
    // A file of this program has less, names of classes included; a larger one is something else.
    private const int MaximumLength = 64 * 1024;

    public static NumberRange<int> EpochsRange { get; } = new(1, 100_000);

    public static NumberRange<int> BatchRange { get; } = new(1, 65_536);

    public static NumberRange<double> LearningRateRange { get; } = new(0, 100, IsOpen: true);

    public static NumberRange<int> SeedRange { get; } = new(0, int.MaxValue);

    public static NumberRange<double> ValidationSplitRange { get; } = new(0, 0.9);

    public static NumberRange<int> LimitRange { get; } = new(10, int.MaxValue);

    /// <summary>A seed for a run that is given none.</summary>
    public static int NewSeed() => (int)(RandomSeed.New() % ((ulong)SeedRange.Maximum + 1));

    /// <summary>Height and width of photographs.</summary>
    public static NumberRange<int> SizeRange { get; } = new(8, 2048);

    public static NumberRange<int> FineTuneRange { get; } = new(0, 100_000);

    /// <summary>The optimizers by name.</summary>
    public static IReadOnlyList<string> Optimizers { get; } = ["adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta"];

    /// <summary>Reads the settings of a run folder, which may come from anywhere.</summary>
    /// <exception cref="InvalidDataException">They are not what this program writes.</exception>
    public static RunSettings Read(string path)
    {
        RunSettings settings;
        try
        {
            string? asked = ModelIn(path);
            if (asked is TextSettings.Language or TextSettings.Classifier)
                throw new UsageException($"the run in {Path.GetDirectoryName(path)} is a training on texts. Use laminet text train --resume, evaluate, {(asked == TextSettings.Language ? "generate" : "predict")} with it.");
            if (asked is not null && OwnTrainingCatalog.Find(asked) is { } own)
            {
                throw new UsageException($"the run in {Path.GetDirectoryName(path)} is one of {own.Name}, which has a training of its own: expected one of a model for classification. "
                    + $"Its figures are in result.json, what it drew is in picture.png{(own.Evaluate is null ? "" : ", and 'laminet evaluate' tries it on test data")}.");
            }

            settings = JsonOutput.Parse<RunSettings>(File.ReadAllText(path));
        }
        catch (JsonException exception)
        {
            throw NotJson(path, exception);
        }

        return settings.Mistake() is { } mistake ? throw Damaged(path, mistake) : settings;
    }

    /// <summary>What a file of settings, which may come from anywhere, says is trained; null where it says nothing.</summary>
    /// <exception cref="InvalidDataException">It is no JSON, or too large.</exception>
    public static string? ModelIn(string path)
    {
        if (new FileInfo(path).Length > MaximumLength)
            throw Damaged(path, $"it is larger than {MaximumLength} bytes");
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) is JsonObject json && json["model"] is JsonValue name && name.TryGetValue(out string? model) ? model : null;
        }
        catch (JsonException exception)
        {
            throw NotJson(path, exception);
        }
    }

    /// <summary>The names of the classes where they are known without the data.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? ClassNames => Classes ?? DatasetCatalog.All.FirstOrDefault(set => set.Name == Data)?.ClassNames;

    /// <summary>These settings as they are written: without the names of the classes if they are so many that only the data tells them.</summary>
    public RunSettings ToWrite() => Encoding.UTF8.GetByteCount(JsonOutput.Text(this)) < MaximumLength ? this : this with { Classes = null };

    /// <summary>The optimizer that trains.</summary>
    public Optimizer NewOptimizer()
    {
        Optimizer optimizer = Optimizer;
        if (LearningRate is { } rate)
            optimizer.LearningRate = rate;
        return optimizer;
    }

    private string? Mistake() =>
        (Transfer is null ? OneOf("model", Model, NamedModel.Trainable) : null) ?? OneOf("optimizer", Optimizer, Optimizers)
        ?? Within("epochs", Epochs, EpochsRange) ?? Within("batch", Batch, BatchRange)
        ?? (LearningRate is { } rate ? Within("learning_rate", rate, LearningRateRange) : null)
        ?? Within("seed", Seed, SeedRange) ?? Within("validation_split", ValidationSplit, ValidationSplitRange)
        ?? (Limit is { } limit ? Within("limit", limit, LimitRange) : null)
        ?? PathMistake("data", Data) ?? (Transfer is { } transfer ? PathMistake("transfer.from", transfer.From) ?? Within("transfer.fine_tune", transfer.FineTune, FineTuneRange) : null)
        ?? (ImageShape is null or [_, _, 1 or 3 or 4] ? ImageShape?.Take(2).Select(side => Within("image_shape", side, SizeRange)).FirstOrDefault(mistake => mistake is not null)
            : "image_shape: expected height, width and 1, 3 or 4 channels")
        ?? (Classes is null || (Classes.Count > 0 && Classes.All(name => name is not null)) ? null : "classes: expected names");

    internal static string? PathMistake(string name, string value) => value is { Length: > 0 and <= 4096 } && !value.Contains('\0', StringComparison.Ordinal) ? null : $"{name}: expected a name or a path";

    private static string? OneOf(string name, string value, IEnumerable<string> known) =>
        known.Contains(value) ? null : $"{name}: received '{ErrorText.Printable(value[..Math.Min(40, value.Length)])}'; expected one of {string.Join(", ", known)}";

    internal static string? Within<T>(string name, T value, NumberRange<T> range) where T : System.Numerics.INumber<T> =>
        range.Holds(value) ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}: received {value}; expected {range}");

    internal static InvalidDataException NotJson(string path, JsonException exception) => Damaged(path, $"it is not the JSON expected there ({ErrorText.Printable(exception.Message.Split(" Path:")[0])})");

    internal static InvalidDataException Damaged(string path, string what) =>
        new($"{path} cannot be used: {what}. It was changed or is damaged; start a new run.");
}
