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
        if (model.InputShape != data.ImageShape || model.OutputShape.Rank != 1 || model.OutputShape[0] != data.ClassNames.Count)
        {
            throw new UsageException($"the model takes images {model.InputShape} and gives {model.OutputShape}; {data.Name} has images {data.ImageShape} "
                + $"of {data.ClassNames.Count} classes. Name data like those it was trained on with --data.");
        }

        return new TrainedModel(model, data);

        ImageData Others(string name) => ImageData.Load(ImageData.KeyOf(surroundings, name));

        (Model Model, ImageData Data) OfRun()
        {
            RunFolder folder = RunFolder.Open(surroundings, asked);
            RunSettings settings = RunSettings.Read(folder.Settings);
            return (Model.Load(folder.ModelOrExplain(surroundings)), otherData is null ? ImageData.Load(settings.Data, settings.Limit) : Others(otherData));
        }
    }
}
