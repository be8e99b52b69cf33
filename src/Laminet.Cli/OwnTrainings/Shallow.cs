using Laminet.Estimators;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Classifiers that learn otherwise than by gradients through layers.</summary>
internal static class Shallow
{
    // What a support vector machine learns in a minute: its time grows with the square.
    private const int MostVectors = 10_000;

    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        new("neocognitron", "the Neocognitron: S- and C-cells, without gradients, 1980", OwnImages.Source, Epochs: null, Batch: null, Neocognitron),
        new("svm", "a support vector machine with the radial kernel, of at most 10,000 images, 1995", OwnImages.Source, Epochs: null, Batch: null, Machine),
        new("elm", "an extreme learning machine, 4,096 random hidden units, 2006", OwnImages.Source, Epochs: null, Batch: null, Extreme),
        new("rbf", "radial basis functions around 500 centres found by k-means, 1988", OwnImages.Source, Epochs: 10, Batch: 64, Radial),
    ];

    private static Figures Neocognitron(OwnRun run)
    {
        Neocognitron network = new() { Lessons = Math.Min(run.Images.Train.Shape[0], 2000) };
        network.Fit(run.Images.Train, run.Images.TrainLabels);
        run.PartDone(FormattableString.Invariant($"Planes of cells: {string.Join(", ", network.Planes)}"));
        return [new("test_accuracy", Share(run, network.Predict(run.Images.Test)))];
    }

    private static Figures Machine(OwnRun run)
    {
        int count = Math.Min(MostVectors, run.Images.Train.Shape[0]);
        SVC machine = new() { C = 5 };
        machine.Fit(run.Images.Vectors().Slice(0, count), run.Images.TrainLabels.Slice(0, count));
        run.PartDone(FormattableString.Invariant($"{count} images learned"));
        machine.Save(run.At("model.estimator"));
        return [new("test_accuracy", machine.Score(run.Images.TestVectors(), run.Images.TestLabels))];
    }

    private static Figures Extreme(OwnRun run)
    {
        // With few images more units do not help.
        ELMClassifier machine = new() { HiddenUnits = Math.Min(4096, 4 * run.Images.Train.Shape[0]), Alpha = 0.1, RandomState = run.Seed };
        machine.Fit(run.Images.Vectors(), run.Images.TrainLabels);
        machine.Save(run.At("model.estimator"));
        return [new("test_accuracy", machine.Score(run.Images.TestVectors(), run.Images.TestLabels))];
    }

    private static Figures Radial(OwnRun run)
    {
        Tensor some = run.Images.Vectors().Slice(0, Math.Min(run.Images.Train.Shape[0], 20_000));
        int centres = Math.Min(500, some.Shape[0] / 2);
        KMeans kmeans = new() { NClusters = centres, MaxIter = 8, Init = some.Gather(new RandomKey(run.Seed).Permutation(some.Shape[0]).Slice(0, centres), 0) };
        kmeans.Fit(some);
        run.PartDone(FormattableString.Invariant($"{centres} centres"));
        Tensor points = kmeans.ClusterCenters!.Cast(DType.Float32);
        run.Picture(points.Slice(0, Math.Min(centres, 100)).Reshape([-1, run.Images.Train.Shape[1], run.Images.Train.Shape[2]]), columns: 10);
        Sequential network = RadialBasisNetwork.Create(points, run.Images.ImageShape, seed: run.Seed);
        network.Compile(new Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"]);
        return run.Fit(network, run.Images.Train, run.Images.TrainLabels, () => [new("test_accuracy", network.Evaluate(run.Images.Test, run.Images.TestLabels)["accuracy"])]);
    }

    private static double Share(OwnRun run, Tensor classes) => classes.Cast(DType.Int32).Equal(run.Images.TestLabels.Cast(DType.Int32)).Cast(DType.Float32).Mean().ToDouble();
}
