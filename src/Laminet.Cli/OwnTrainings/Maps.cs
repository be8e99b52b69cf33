using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Zoo.Tasks;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Maps that organise themselves.</summary>
internal static class Maps
{
    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        new("kohonen", "Kohonen's self-organising map of 10 x 14 units, the batch rule, 1982", OwnImages.Source, Epochs: 25, Batch: null, Train),
    ];

    private static Figures Train(OwnRun run)
    {
        const double FirstRadius = 5, LastRadius = 0.7;
        Tensor train = run.Images.Vectors(), test = run.Images.TestVectors();
        SelfOrganizingMap map = new(10, 14, train.Shape[1], seed: run.Seed);
        map.Start(train);
        return run.Train(new Checkpoint { ["points"] = map.Points }, epoch =>
        {
            // The radius falls from epoch to epoch as in one call of all epochs.
            double radius = run.Epochs == 1 ? LastRadius : FirstRadius * Math.Pow(LastRadius / FirstRadius, (double)epoch / (run.Epochs - 1));
            map.FitBatch(train, epochs: 1, radius, radius);
        }, () =>
        {
            run.Picture(map.Points.Value.Reshape([map.Units, run.Images.Train.Shape[1], run.Images.Train.Shape[2]]), map.Columns);
            return [new("quantization_error", map.QuantizationError(test)), new("topographic_error", map.TopographicError(test))];
        }, () => run.Save(("points", map.Points.Value)));
    }
}
