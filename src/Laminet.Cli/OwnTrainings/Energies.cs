using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Boltzmann machines and what is made of them.</summary>
internal static class Energies
{
    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        new("rbm", "a restricted Boltzmann machine, 500 hidden units, persistent contrastive divergence, 2008", OwnImages.Source, Epochs: 10, Batch: 100, Machine),
        new("belief-net", "a deep belief network of 500, 500 and 1,000 hidden units, layer by layer, then fine-tuned, 2006", OwnImages.Source, Epochs: 10, Batch: 100, BeliefNet),
    ];

    private static Figures Machine(OwnRun run)
    {
        Tensor train = run.Images.Vectors().Greater(0.5).Cast(DType.Float32), test = run.Images.TestVectors().Greater(0.5).Cast(DType.Float32);
        RestrictedBoltzmannMachine machine = new(train.Shape[1], 500, seed: run.Seed);
        machine.Start(train);
        ContrastiveDivergence training = new(machine, new SGD(0.02), persistentChains: run.Batch, seed: run.Seed);
        return run.Train(training.NewCheckpoint(), epoch => training.Fit(train, run.Batch, epoch + 1, initialEpoch: epoch, cancellation: run.Cancellation), () =>
        {
            run.Picture(machine.VisibleMeans(machine.HiddenProbabilities(machine.Sample(test.Slice(0, Math.Min(test.Shape[0], 60)), steps: 200, new RandomKey(run.Seed)))).Reshape([-1, run.Images.Train.Shape[1], run.Images.Train.Shape[2]]), columns: 10);
            return [new("test_pseudo_log_likelihood", machine.PseudoLogLikelihood(test, new RandomKey(run.Seed)).Mean().ToDouble())];
        }, () => run.Save(machine.Variables.Select(variable => (variable.Name, variable.Value))));
    }

    private static Figures BeliefNet(OwnRun run)
    {
        Tensor train = run.Images.Vectors();
        DeepBeliefNetwork belief = new(train.Shape[1], [500, 500, 1000], seed: run.Seed);
        // The epochs are those of each machine; those of the classifier are as many. In a run that is resumed among these, the checkpoint has all weights.
        if (!run.HasCheckpoint)
        {
            belief.Fit(train, run.Epochs, run.Batch, afterEpoch: (layer, epoch) => run.PartDone(FormattableString.Invariant($"Machine {layer + 1} of {belief.Machines.Count}, epoch {epoch} of {run.Epochs}")), cancellation: run.Cancellation);
            run.Picture(OwnRun.Stretched(belief.Machines[0].Weights.Value.Slice(0, 100, axis: 1).Transpose().Reshape([100, run.Images.Train.Shape[1], run.Images.Train.Shape[2]])), columns: 10);
        }

        Training.Sequential model = belief.ToClassifier(run.Images.Classes, dropout: 0.2);
        model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
        return run.Fit(model, train, run.Images.TrainLabels, () => [new("test_accuracy", model.Evaluate(run.Images.TestVectors(), run.Images.TestLabels)["accuracy"])]);
    }
}
