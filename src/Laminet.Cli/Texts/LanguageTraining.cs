using System.Globalization;
using Laminet.Cli.Runs;
using Laminet.Data;
using Laminet.Files;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Text.Tokenizers;
using Laminet.Zoo.Language;

namespace Laminet.Cli.Texts;

/// <summary>Trains a language model: each token from those before it.</summary>
internal static class LanguageTraining
{
    private const int ProbedSteps = 8, MostWarmup = 100;

    public static IReadOnlyList<string> Networks { get; } = ["gpt", "llama"];

    /// <summary>A network as the settings describe it.</summary>
    public static CausalLanguageModel Create(TextSettings settings, int vocabulary) => settings.Network == "llama"
        ? new CausalLanguageModel(
            vocabulary, settings.Length, settings.Width!.Value, settings.Layers!.Value, settings.Heads!.Value, intermediateDim: Gated(settings.Width.Value), activation: "silu", isGated: true, rotaryMaxWavelength: 10_000,
            useRms: true, useBias: false, dropout: settings.Dropout, seed: (ulong)settings.Seed)
        : new CausalLanguageModel(vocabulary, settings.Length, settings.Width!.Value, settings.Layers!.Value, settings.Heads!.Value, dropout: settings.Dropout, seed: (ulong)settings.Seed);

    /// <summary>Trains in a run folder.</summary>
    /// <param name="surroundings">The world outside.</param>
    /// <param name="open">Makes the folder of a new run, or gives that of an interrupted one.</param>
    /// <param name="settings">What was asked for; an interrupted run knows its steps.</param>
    /// <param name="steps">How many steps a new run has; with a limit of minutes as many as they hold.</param>
    /// <param name="data">The texts.</param>
    /// <param name="tokenizer">Their tokenizer.</param>
    /// <param name="quiet">Whether a line an epoch is enough.</param>
    /// <param name="json">Whether standard output is one JSON document.</param>
    public static int Run(Surroundings surroundings, Func<(RunFolder, FileLock)> open, TextSettings settings, int steps, LanguageData data, Tokenizer tokenizer, bool quiet, bool json)
    {
        CausalLanguageModel model = Create(settings, tokenizer.VocabularySize);
        // A cache knows the widths, so this declares the weights.
        model.NewCache(1, 1);
        Dataset train = data.Training(settings.Length, settings.Batch, model.Seed);
        Dataset? validation = data.Validation(settings.Length, settings.Batch);
        TimeSpan? maxTime = null;
        if (settings.StepsPerEpoch is null)
        {
            if (settings.Minutes is { } minutes)
                (steps, maxTime) = (StepsIn(surroundings, minutes, model, settings, train, validation), TimeSpan.FromMinutes(minutes));
            settings = settings with { StepsPerEpoch = Math.Max(1, steps / settings.Epochs) };
        }

        int all = settings.Epochs * settings.StepsPerEpoch.Value;
        Compile(model, new AdamW(new Warmup(new CosineDecay(settings.LearningRate, all, alpha: 0.02), Math.Clamp(all / 10, 1, MostWarmup)), weightDecay: 0.05, beta2: 0.99) { GlobalClipNorm = 1 });
        (RunFolder folder, FileLock held) = open();
        using (held)
        {
            string run = surroundings.Typed(folder.FullPath);
            double perCharacter = (double)data.Tokens / data.Characters;
            return new TextTraining(surroundings, folder, settings, quiet, json).Run(
                model, tokenizer, train, validation,
                string.Create(CultureInfo.InvariantCulture, $"{data.Characters:N0} characters: {data.Trained:N0} tokens to train, {data.Tokens - data.Trained:N0} to validate, {tokenizer.VocabularySize:N0} different"),
                "tokens", settings.Batch * settings.Length, "val_loss", maxTime,
                figures => figures.TryGetValue("val_loss", out double loss) ? [new("val_perplexity", Math.Exp(loss)), new("val_nats_per_character", loss * perCharacter)] : [],
                [("Generate", $"laminet text generate {run} --prompt \"...\""), ("Evaluate", $"laminet text evaluate {run} FILE")]);
        }
    }

    // Two thirds of the usual width, so that a gated layer has as many weights as another; in multiples of 8.
    private static int Gated(int width) => ((8 * width / 3) + 7) / 8 * 8;

    private static void Compile(CausalLanguageModel model, Optimizer optimizer) => model.Compile(optimizer, new SparseCategoricalCrossentropy(fromLogits: true));

    // How many steps and validations the time holds. The steps that tell it already train.
    private static int StepsIn(Surroundings surroundings, double minutes, CausalLanguageModel model, TextSettings settings, Dataset train, Dataset? validation)
    {
        Compile(model, new AdamW(settings.LearningRate / 10));
        long started = 0;
        foreach ((int step, Batch batch) in train.Batches().Take(ProbedSteps).Index())
        {
            surroundings.Interrupted.ThrowIfCancellationRequested();
            // The first ones are compiled.
            if (step is 2)
                started = surroundings.Clock.GetTimestamp();
            model.TrainOnBatch(batch.X, batch.Y!);
        }

        double perStep = surroundings.Clock.GetElapsedTime(started).TotalSeconds / (ProbedSteps - 2);
        double validating = 0;
        if (validation is not null)
        {
            model.Evaluate(validation, cancellationToken: surroundings.Interrupted);
            started = surroundings.Clock.GetTimestamp();
            model.Evaluate(validation, cancellationToken: surroundings.Interrupted);
            validating = surroundings.Clock.GetElapsedTime(started).TotalSeconds * settings.Epochs;
        }

        return (int)Math.Clamp(((minutes * 60) - validating) / Math.Max(perStep, 1e-6), settings.Epochs, int.MaxValue / 2);
    }
}
