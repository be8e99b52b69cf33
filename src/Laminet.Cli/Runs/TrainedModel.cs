using Laminet.Training;

namespace Laminet.Cli.Runs;

/// <summary>A run's best model with images that fit it.</summary>
internal sealed record TrainedRun(Model Model, ImageData Data)
{
    /// <summary>Loads a run's model and the images it was trained on, or others.</summary>
    /// <param name="surroundings">Gives the current directory.</param>
    /// <param name="asked">The run's folder.</param>
    /// <param name="otherData">What <c>--data</c> says; null for the run's own.</param>
    public static TrainedRun Open(Surroundings surroundings, string asked, string? otherData)
    {
        RunFolder folder = RunFolder.Open(surroundings, asked);
        RunSettings settings = RunSettings.Read(folder.Settings);
        Model model = Model.Load(folder.ModelOrExplain(surroundings));
        ImageData data = otherData is null ? ImageData.Load(settings.Data, settings.Limit) : ImageData.Load(ImageData.KeyOf(surroundings, otherData));
        if (model.InputShape != data.ImageShape || model.OutputShape.Rank != 1 || model.OutputShape[0] != data.ClassNames.Count)
        {
            throw new UsageException($"the model takes images {model.InputShape} and gives {model.OutputShape}; {data.Name} has images {data.ImageShape} "
                + $"of {data.ClassNames.Count} classes. Name data like those it was trained on with --data.");
        }

        return new TrainedRun(model, data);
    }
}
