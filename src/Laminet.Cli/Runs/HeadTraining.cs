using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Training.Transfer;

namespace Laminet.Cli.Runs;

/// <summary>The first part of a run that starts from weights: what the frozen network gives for each image is computed once, and the head is trained on it.</summary>
internal sealed class HeadTraining(RunFolder folder, RunSettings settings, TransferSettings transfer)
{
    private const int FeatureBatch = 32;

    private static readonly RandomFlip Flip = new(FlipMode.Horizontal);

    private EarlyStopping? best;
    private Dataset? features, validationFeatures;

    /// <summary>After which epoch, counted from 1, the weights were those that are kept.</summary>
    public int BestEpoch => best is null ? settings.Epochs : best.BestEpoch + 1;

    /// <summary>The accuracy on the validation images of the weights that are kept; null without validation.</summary>
    public double? BestAccuracy => best?.Best;

    /// <summary>Mirrors the images of a batch, each with probability 1/2.</summary>
    public static Batch MirroredAtRandom(Batch batch, RandomKey key) => batch.WithX(Flip.Call(batch.X, new CallContext(training: true, key)).Cast(batch.X.DType));

    /// <summary>Computes the features.</summary>
    /// <returns>The part of the model that is trained on them, compiled.</returns>
    public Model Start(Model model, Surroundings surroundings, Screen screen, Examples train, Examples? validation)
    {
        FrozenPart frozen = FrozenPart.Of(model);
        long started = surroundings.Clock.GetTimestamp();
        Dataset batches = train.ToDataset().Batch(FeatureBatch);
        IEnumerable<Batch> all = batches.Batches();
        if (transfer.Mirror)
            all = all.Concat(batches.Map(batch => batch.WithX(batch.X.Flip(2))).Batches());
        int count = (transfer.Mirror ? 2 : 1) * train.Count;
        features = Computed(Dataset.FromBatches(all), count);
        validationFeatures = validation is null ? null : Computed(validation.ToDataset().Batch(FeatureBatch), validation.Count);
        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"Features of {count + (validation?.Count ?? 0):N0} images, {frozen.Rest.InputShape} each, in {surroundings.Clock.GetElapsedTime(started).TotalSeconds:F1} s"));
        frozen.Rest.Compile(settings.NewOptimizer(), "sparse_categorical_crossentropy", ["accuracy"]);
        return frozen.Rest;

        Dataset Computed(Dataset data, int total) => screen.Progress("computing features", total, progress => frozen.Compute(data, progress, surroundings.Interrupted));
    }

    /// <summary>Trains the head.</summary>
    public History Fit(Model rest, IReadOnlyList<Callback> callbacks, CancellationToken cancellation)
    {
        best = validationFeatures is null ? null : new EarlyStopping("val_accuracy", patience: settings.Epochs, restoreBestWeights: true);
        return rest.Fit(
            features!.Shuffle(rest.Seed).Batch(settings.Batch), settings.Epochs, validationFeatures?.Batch(settings.Batch),
            callbacks: [.. callbacks, new CSVLogger(transfer.FineTune > 0 ? folder.HeadHistory : folder.History), .. best is null ? (Callback[])[] : [best]], cancellationToken: cancellation);
    }
}
