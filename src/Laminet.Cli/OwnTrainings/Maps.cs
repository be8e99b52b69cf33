using Laminet.Tensors;
using Laminet.Zoo.Tasks;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Maps that organise themselves.</summary>
internal static class Maps
{
    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        new("kohonen", "Kohonen's self-organising map of 10 x 14 units, the batch rule, 1982", Epochs: 25, Batch: null, Train),
    ];

    private static Figures Train(OwnRun run)
    {
        const double FirstRadius = 5, LastRadius = 0.7;
        Tensor train = run.Vectors(), test = run.TestVectors();
        SelfOrganizingMap map = new(10, 14, train.Shape[1], seed: run.Seed);
        map.Start(train);
        Figures figures = [];
        for (int epoch = 0; epoch < run.Epochs; epoch++)
        {
            // The radius falls from epoch to epoch as in one call of all epochs.
            double radius = run.Epochs == 1 ? LastRadius : FirstRadius * Math.Pow(LastRadius / FirstRadius, (double)epoch / (run.Epochs - 1));
            map.FitBatch(train, epochs: 1, radius, radius);
            figures = [new("quantization_error", map.QuantizationError(test)), new("topographic_error", map.TopographicError(test))];
            run.Picture(map.Points.Value.Reshape([map.Units, run.Images.Shape[1], run.Images.Shape[2]]), map.Columns);
            run.EpochDone(figures, () => run.Save(("points", map.Points.Value)));
        }

        return figures;
    }
}
