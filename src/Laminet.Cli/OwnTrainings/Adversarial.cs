using Laminet.Data;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Generative adversarial networks.</summary>
internal static class Adversarial
{
    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        new("dcgan", "a generative adversarial network draws images, 2016", OwnImages.Source, Epochs: 10, Batch: 64, run => Train(run, hasClasses: false)),
        new("dcgan-conditional", "the same, told which class to draw", OwnImages.Source, Epochs: 10, Batch: 64, run => Train(run, hasClasses: true)),
    ];

    private static Figures Train(OwnRun run, bool hasClasses)
    {
        const int Filters = 32, Shown = 100;
        Shape image = run.Images.ImageShape;
        int? classes = hasClasses ? run.Images.Classes : null;
        AdversarialTraining training = new(Dcgan.Generator(image, filters: Filters, classes: classes, seed: run.Seed), Dcgan.Discriminator(image, Filters, classes: classes, seed: run.Seed + 1))
        {
            Seed = run.Seed,
            GeneratorOptimizer = new Adam(4e-4, beta1: 0.5),
            DiscriminatorOptimizer = new Adam(4e-4, beta1: 0.5),
        };
        run.Start(training.NewCheckpoint());
        training.Fit(Dataset.FromTensors(run.Images.Train, run.Images.TrainLabels.Cast(DType.Int32)).Shuffle(run.Seed).Batch(run.Batch, dropRemainder: true), run.Epochs, (_, losses) =>
        {
            Tensor drawn = (training.Draw(Shown, run.Seed, hasClasses ? [.. Enumerable.Range(0, Shown).Select(i => i % run.Images.Classes)] : []) + 1) / 2;
            run.Picture(drawn.Slice(0, 1, axis: 3).Squeeze(3), columns: 10);
            run.EpochDone([new("discriminator_loss", losses.Discriminator), new("generator_loss", losses.Generator)], () => training.Generator.Save(run.At("model.laminet")));
        }, run.Cancellation);
        return run.Last;
    }
}
