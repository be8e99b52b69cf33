using System.CommandLine;
using Laminet.Cli.OwnTrainings;
using Laminet.Cli.Runs;
using Laminet.Files;

namespace Laminet.Cli.Commands;

/// <content>Networks that are trained in a way of their own.</content>
internal sealed partial class TrainCommand
{
    private int Start(ParseResult parse, OwnTraining own)
    {
        RequireNoOthers(parse, own);
        if (own.Epochs is null && parse.IsGiven(epochs))
            throw new UsageException($"--epochs: {own.Name} learns all at once. Leave it out.");
        if (own.Batch is null && parse.IsGiven(batch))
            throw new UsageException($"--batch: {own.Name} has no batches whose size can be chosen. Leave it out.");
        int? most = parse.Given(limit);
        OwnData learned = own.Source.Load(own.Source.KeyOf(surroundings, parse.IsGiven(data) ? parse.GetValue(data) : null), most);
        int? perStep = own.Batch is { } usual ? parse.Given(batch) ?? Math.Min(usual, learned.Count) : null;
        if (perStep > learned.Count)
            throw new UsageException($"--batch: received {perStep}; there are {learned.Count} training {learned.Unit}.");
        learned.RequireEpochs(parse.Given(epochs));
        OwnSettings settings = new(own.Name, learned.Key, learned.Sha256, own.Epochs is { } passes ? parse.Given(epochs) ?? Math.Min(passes, learned.MostEpochs) : null, perStep, parse.Given(seed) ?? RunSettings.NewSeed(), most);
        (RunFolder folder, FileLock lasting) = RunFolder.Create(surroundings, parse.GetValue(output), own.Name, learned.Name);
        using FileLock held = lasting;
        RunFolder.Write(folder.Settings, settings);
        return new OwnTrainingRun(own, folder, settings, learned).Run(surroundings, parse.GetValue(json));
    }

    private int Resume(ParseResult parse, string asked, OwnTraining own, RunFolder folder)
    {
        RequireNoOthers(parse, own);
        OwnSettings settings = OwnSettings.Read(folder.Settings, own);
        Agree(parse.GetResult(model) is { Tokens.Count: > 0 }, "model", parse.GetValue(model), settings.Model);
        Agree(parse.IsGiven(data), data.Name, parse.IsGiven(data) ? own.Source.KeyOf(surroundings, parse.GetValue(data)) : null, settings.Data);
        Agree(parse.IsGiven(epochs), epochs.Name, parse.GetValue(epochs), settings.Epochs);
        Agree(parse.IsGiven(batch), batch.Name, parse.GetValue(batch), settings.Batch);
        Agree(parse.IsGiven(seed), seed.Name, parse.GetValue(seed), settings.Seed);
        Agree(parse.IsGiven(limit), limit.Name, parse.GetValue(limit), settings.Limit);
        RequireSameFolder(parse, folder);
        if (File.Exists(folder.Result))
            throw new UsageException($"the run '{asked}' is complete. Its figures are in {surroundings.Typed(folder.Result)}");
        if (own.Epochs is null)
            throw new UsageException($"the run '{asked}' cannot be resumed: {own.Name} learns all at once, so nothing was kept. Start a new run.");
        return new OwnTrainingRun(own, folder, settings, settings.Load(own, surroundings, asked)).Run(surroundings, parse.GetValue(json));
    }

    private void RequireNoOthers(ParseResult parse, OwnTraining own)
    {
        foreach (Option option in (Option[])[size, from, fineTune, noMirror, optimizer, learningRate, validationSplit, tensorBoard, wandb, quiet, verbose])
        {
            if (parse.IsGiven(option))
                throw new UsageException($"{option.Name} goes with models for classification; {own.Name} has a training of its own. Leave it out.");
        }
    }
}
