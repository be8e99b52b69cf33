using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Runs;

/// <summary>A run's best model, or one of a file, with images that fit it.</summary>
internal sealed record TrainedModel(Model Model, ImageData Data)
{
    /// <summary>Loads a run's model and the images it was trained on, or others; or the model of a file and the images that are named.</summary>
    /// <param name="kind">The step it must have.</param>
    /// <param name="surroundings">Gives the current directory.</param>
    /// <param name="asked">The run's folder, or the file.</param>
    /// <param name="otherData">What <c>--data</c> says; null for the run's own.</param>
    public static TrainedModel Open(StepKind kind, Surroundings surroundings, string asked, string? otherData)
    {
        if (otherData is null && File.Exists(surroundings.FullPath(asked)))
            throw new UsageException($"--data is missing: the file '{asked}' does not say what its model was trained on; expected --data with the test images, such as --data fashion-mnist.");
        (Model model, RunSettings? run) = Load(kind, surroundings, asked);
        ImageData data = LoadData(surroundings, model, run, otherData);
        (PartialShape takes, PartialShape gives) = (model.Inputs.Only.PartialShape, model.Outputs.Only.PartialShape);
        if (!takes.Fits([1, .. data.ImageShape]) || !gives.Skip(1).SequenceEqual([data.ClassNames.Count]))
        {
            throw new UsageException($"the model takes images {Example(takes)} and gives {Example(gives)}; {data.Name} has images {data.ImageShape} "
                + $"of {data.ClassNames.Count} classes. Name data like those it was trained on with --data.");
        }

        return new TrainedModel(model, data);
    }

    /// <summary>Loads a model for photographs of the user's.</summary>
    /// <inheritdoc cref="Open(StepKind, Surroundings, string, string)" path="/param"/>
    /// <returns>The model, the shape of its images, and the names of its classes; null where nothing tells them.</returns>
    public static (Model Model, Shape Image, IReadOnlyList<string>? Classes) ForPhotographs(Surroundings surroundings, string asked, string? otherData)
    {
        (Model model, RunSettings? run) = Load(StepKind.Predict, surroundings, asked);
        (PartialShape takes, PartialShape gives) = (model.Inputs.Only.PartialShape, model.Outputs.Only.PartialShape);
        if (ImageOf(model) is not { Rank: 3 } image || gives.Count != 2 || gives[1] is not { } classes)
            throw new UsageException($"'{asked}' takes {Example(takes)} and gives {Example(gives)}; expected a model that takes an image (height, width, channels) of known size and gives a number for each class.");
        IReadOnlyList<string>? names = otherData is null ? run?.ClassNames : null;
        if (names is null && (otherData is not null || run is not null))
            names = LoadData(surroundings, model, run, otherData).ClassNames;
        return names is null || names.Count == classes ? (model, image, names)
            : throw new UsageException($"the model gives {classes} numbers; the data has {names.Count} classes. Name the data it was trained on with --data.");
    }

    private static (Model Model, RunSettings? Run) Load(StepKind kind, Surroundings surroundings, string asked)
    {
        string path = surroundings.FullPath(asked);
        bool isFile = File.Exists(path);
        if (!isFile && !Directory.Exists(path))
            throw new UsageException($"there is no run or file '{asked}'; expected a folder that 'laminet train' wrote, or a .laminet file{RunFolder.Known(surroundings)}.");
        RunFolder? run = isFile ? null : RunFolder.Open(surroundings, asked);
        RunSettings? settings = run is null ? null : RunSettings.Read(run.Settings);
        Model model = Model.Load(run?.ModelOrExplain(surroundings) ?? path);
        NamedModel.Require(kind, model, asked, "laminet predict");
        return model.Inputs.Count == 1 && model.Outputs.Count == 1 ? (model, settings) : throw new UsageException(
            $"'{asked}' takes {Listed(model.InputNames)} and gives {Listed(model.OutputNames)}; expected a model of one input and one output, which takes an image and predicts its class. "
            + "Inspect it with laminet summary, and evaluate it in your own program.");

        static string Listed(IReadOnlyList<string> names) => $"{names.Count} ({string.Join(", ", names.Select(ErrorText.Printable))})";
    }

    // Photographs get the size of the model's images.
    private static ImageData LoadData(Surroundings surroundings, Model model, RunSettings? run, string? otherData)
    {
        Shape image = ImageOf(model) ?? [];
        ImageData data = otherData is not null ? ImageData.Load(ImageData.KeyOf(surroundings, otherData), image) : ImageData.Load(run!.Data, image, run.Limit);
        if (run?.Classes is { } trained && data.IsOfPhotographs && !trained.SequenceEqual(data.ClassNames))
        {
            throw new UsageException($"{data.Name} has the classes {Listed(data.ClassNames)}; expected those the run was trained on, in this order: {Listed(trained)}. "
                + $"The first difference is at number {trained.Zip(data.ClassNames).TakeWhile(pair => pair.First == pair.Second).Count()}. Name a folder with the same classes with --data, or rename the folders.");
        }

        return data;

        static string Listed(IReadOnlyList<string> names) => string.Join(", ", names.Take(20)) + (names.Count > 20 ? $", ... ({names.Count})" : "");
    }

    // The shape of an image; null if a length is unknown.
    private static Shape? ImageOf(Model model)
    {
        int?[] example = [.. model.Inputs.Only.PartialShape.Skip(1)];
        if (Array.Exists(example, length => length is null))
            return null;
        return [.. example.Select(length => length!.Value)];
    }

    private static PartialShape Example(PartialShape shape) => [.. shape.Skip(1)];
}
