using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Networks that learn to give their input again.</summary>
internal static class Autoencoders
{
    // Pictures a row of each part of the sheet.
    private const int Shown = 10;

    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        new("autoencoder", "an autoencoder with a code of 32 numbers, 2006", OwnImages.Source, Epochs: 10, Batch: 100, run => Plain(run, noise: 0)),
        new("autoencoder-denoising", "the same, which takes noise away, 2008", OwnImages.Source, Epochs: 10, Batch: 100, run => Plain(run, noise: 0.5)),
        new("vae", "a variational autoencoder of 50 latents, which draws images, 2013", OwnImages.Source, Epochs: 30, Batch: 100, Variational),
    ];

    private static Figures Plain(OwnRun run, double noise)
    {
        Tensor train = Pixels(run.Images.Train), test = Pixels(run.Images.Test), given = noise == 0 ? test : test + new RandomKey(run.Seed).Normal(test.Shape, 0, noise);
        Sequential model = Autoencoder.Create(run.Images.ImageShape, 32, [256, 64], codeActivation: "linear", noise: noise, seed: run.Seed);
        model.Compile(new Adam(1e-3), new BinaryCrossentropy());
        return run.Fit(model, train, train, () =>
        {
            Tensor given0 = given.Slice(0, Math.Min(Shown, test.Shape[0])), seen = model.Predict(given, batchSize: 500);
            run.Picture(Tensor.Concatenate([given0, seen.Slice(0, given0.Shape[0])], 0).Slice(0, 1, axis: 3).Squeeze(3), given0.Shape[0]);
            return [new("test_psnr", -10 * Math.Log10((seen - test).Square().Mean().ToDouble()))];
        });
    }

    private static Figures Variational(OwnRun run)
    {
        VariationalAutoencoder model = VariationalAutoencoder.Create(run.Images.ImageShape, seed: run.Seed);
        model.Compile(new Adam(1e-3));
        return run.Fit(model, run.Images.Train, y: null, () =>
        {
            run.Picture(model.Sample(Shown * Shown, new RandomKey(run.Seed)).Slice(0, 1, axis: 3).Squeeze(3), Shown);
            IReadOnlyDictionary<string, double> figures = model.Evaluate(run.Images.Test, batchSize: 500);
            return [new("test_nats", figures["reconstruction"] + figures["kl"]), new("test_divergence", figures["kl"])];
        });
    }

    private static Tensor Pixels(Tensor images) => images.Cast(DType.Float32) / 255;
}
