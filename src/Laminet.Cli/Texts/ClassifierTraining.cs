using System.Globalization;
using Laminet.Cli.Runs;
using Laminet.Data;
using Laminet.Files;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Training.Transfer;

namespace Laminet.Cli.Texts;

/// <summary>Trains a network that gives the class of a text: one of <see cref="ClassifierNetworks"/>, or a trained encoder with a new head.</summary>
internal static class ClassifierTraining
{
    /// <summary>Trains in a run folder.</summary>
    /// <param name="surroundings">The world outside.</param>
    /// <param name="open">Makes the folder of a new run, or gives that of an interrupted one.</param>
    /// <param name="settings">What was asked for.</param>
    /// <param name="data">The texts.</param>
    /// <param name="tokenizer">Their tokenizer.</param>
    /// <param name="encoder">A trained encoder; null for a new network.</param>
    /// <param name="quiet">Whether a line an epoch is enough.</param>
    /// <param name="json">Whether standard output is one JSON document.</param>
    public static int Run(Surroundings surroundings, Func<(RunFolder, FileLock)> open, TextSettings settings, ClassifierData data, Tokenizer tokenizer, Model? encoder, bool quiet, bool json)
    {
        ulong seed = (ulong)settings.Seed;
        (ClassifierData train, ClassifierData? validation) = (data, null);
        if (settings.ValidationSplit > 0)
        {
            if (Enumerable.Range(0, data.Classes.Count).FirstOrDefault(label => data.Labels.Count(one => one == label) < 2, -1) is >= 0 and int rare)
                throw new UsageException($"the class '{ErrorText.Printable(data.Classes[rare])}' has one text; expected two or more of each class, one to train and one to validate. Add texts, or leave validation out: --validation-split 0.");
            DataSplit split = DataSplit.Stratified(data.Labels, settings.ValidationSplit, seed);
            (train, validation) = (data.Choose(split.Train), data.Choose(split.Validation));
        }

        int steps = settings.Epochs * ((train.Texts.Count + settings.Batch - 1) / settings.Batch);
        AdamW optimizer = new(new Warmup(new CosineDecay(settings.LearningRate, steps, alpha: 0.02), Math.Max(1, steps / 10)), weightDecay: 0.01) { GlobalClipNorm = 1 };
        Model model = encoder is null
            ? ClassifierNetworks.Create(settings.Network, tokenizer.VocabularySize, settings.Width!.Value, data.Classes.Count, settings.Dropout, seed)
            : encoder.WithHead(data.Classes.Count, settings.Dropout, seed);
        // All but the tables of words and places; the lowest block at a third of the rate.
        if (encoder is not null)
            model.UnfreezeTop(0.7, optimizer, lowestFactor: 0.3);
        model.Compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"]);
        (RunFolder folder, FileLock held) = open();
        using (held)
        {
            string run = surroundings.Typed(folder.FullPath);
            return new TextTraining(surroundings, folder, settings, quiet, json).Run(
                model, tokenizer, Batches(train, shuffled: true), validation is null ? null : Batches(validation, shuffled: false),
                string.Create(CultureInfo.InvariantCulture, $"{train.Texts.Count:N0} texts to train, {validation?.Texts.Count ?? 0:N0} to validate; {data.Classes.Count} classes, {tokenizer.VocabularySize:N0} tokens"),
                "texts", settings.Batch, "val_accuracy", maxTime: null, _ => [],
                [("Predict", $"laminet text predict {run} \"...\""), ("Evaluate", $"laminet text evaluate {run} FILE")]);
        }

        Dataset Batches(ClassifierData part, bool shuffled)
        {
            Dataset examples = part.Examples(tokenizer, settings.Length);
            return (shuffled ? examples.Shuffle(seed) : examples).PaddedBatch(settings.Batch, ClassifierData.Buckets(settings.Length));
        }
    }
}
