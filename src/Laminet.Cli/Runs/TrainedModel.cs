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
        string path = surroundings.FullPath(asked);
        bool isFile = File.Exists(path);
        if (!isFile && !Directory.Exists(path))
            throw new UsageException($"there is no run or file '{asked}'; expected a folder that 'laminet train' wrote, or a .laminet file{RunFolder.Known(surroundings)}.");
        if (isFile && otherData is null)
            throw new UsageException($"--data is missing: the file '{asked}' does not say what its model was trained on; expected --data with the test images, such as --data fashion-mnist.");
        (Model model, ImageData data) = isFile ? (Model.Load(path), Others(otherData!)) : OfRun();
        NamedModel.Require(kind, model, asked, "laminet predict");
        if (model.Inputs.Count > 1 || model.Outputs.Count > 1)
        {
            throw new UsageException($"'{asked}' takes {Listed(model.InputNames)} and gives {Listed(model.OutputNames)}; expected a model of one input and one output, which takes an image and predicts its class. "
                + "Inspect it with laminet summary, and evaluate it in your own program.");
        }

        (PartialShape takes, PartialShape gives) = (model.Inputs.Only.PartialShape, model.Outputs.Only.PartialShape);
        if (!takes.Fits([1, .. data.ImageShape]) || !gives.Skip(1).SequenceEqual([data.ClassNames.Count]))
        {
            throw new UsageException($"the model takes images {Example(takes)} and gives {Example(gives)}; {data.Name} has images {data.ImageShape} "
                + $"of {data.ClassNames.Count} classes. Name data like those it was trained on with --data.");
        }

        return new TrainedModel(model, data);

        static string Listed(IReadOnlyList<string> names) => $"{names.Count} ({string.Join(", ", names.Select(ErrorText.Printable))})";

        static PartialShape Example(PartialShape shape) => [.. shape.Skip(1)];

        ImageData Others(string name) => ImageData.Load(ImageData.KeyOf(surroundings, name));

        (Model Model, ImageData Data) OfRun()
        {
            RunFolder folder = RunFolder.Open(surroundings, asked);
            RunSettings settings = RunSettings.Read(folder.Settings);
            return (Model.Load(folder.ModelOrExplain(surroundings)), otherData is null ? ImageData.Load(settings.Data, settings.Limit) : Others(otherData));
        }
    }
}
