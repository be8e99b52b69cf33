using System.CommandLine;
using System.Globalization;
using Laminet.Cli.OwnTrainings;
using Laminet.Cli.Runs;
using Laminet.Files;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet train</c>: reads the options, decides what is to be trained, and trains.</summary>
internal sealed partial class TrainCommand
{
    private readonly Argument<string> model = new("model")
    {
        Description = "A model of the zoo for classification, or a network with a training of its own ('laminet models' lists them)",
        DefaultValueFactory = _ => ModelCatalog.All[0].Name,
    };

    private readonly Option<string> data = Options.Text("--data", "NAME|FOLDER",
        "fashion-mnist (embedded in Laminet); a folder with four IDX files as those of MNIST; or a folder of photographs, with a folder for each class, or train and val with these. Networks of trees, stories, letters and sounds learn from others, see below", "fashion-mnist");

    private readonly Option<int> size = Options.Number("--size", "N", "Height and width of photographs (default: those the model was made for)", RunSettings.SizeRange);

    private readonly Option<string> from = Options.Text("--from", "FILE",
        "Transfer: start from trained weights, a file of PyTorch, Keras or safetensors for a network of the zoo, or a .laminet file. The network is frozen and gets a new head, which is trained");

    private readonly Option<int> fineTune = Options.Number("--fine-tune", "N", "With --from: epochs in which the top of the network is trained too, after those of the head", RunSettings.FineTuneRange, 0);
    private readonly Option<bool> noMirror = new("--no-mirror") { Description = "With --from: do not train on mirrored images, such as of letters" };

    private readonly Option<int> epochs = Options.Number("--epochs", "N", "Passes over the training images (default: 18; with --from 50, of the head)", RunSettings.EpochsRange);
    private readonly Option<int> batch = Options.Number("--batch", "N", "Images per step (default: 128; with --from 32)", RunSettings.BatchRange);
    private readonly Option<string> optimizer = Options.Text("--optimizer", "NAME", $"One of {string.Join(", ", RunSettings.Optimizers)}", "adam");

    private readonly Option<double> learningRate =
        Options.Number("--learning-rate", "X", "The size of a step (default: the optimizer's own). The epochs of --fine-tune begin with a tenth of it", RunSettings.LearningRateRange);

    private readonly Option<int> seed = Options.Number("--seed", "N", "Seed of the random numbers: the same seed gives the same model (default: a new one)", RunSettings.SeedRange);

    private readonly Option<double> validationSplit = Options.Number("--validation-split", "X",
        "Fraction of the training images, of each class, that is used for validation to find the best epoch; 0 for none (default: 0.1; with --from 0)", RunSettings.ValidationSplitRange);

    private readonly Option<int> limit = Options.Number("--limit", "N", "Use only the first N training and test images, of photographs N of all classes, for a quick test", RunSettings.LimitRange);
    private readonly Option<int> threads = Options.Threads();
    private readonly Option<string> output = Options.Text("--out", "DIR", "The run's folder; new or empty (default: runs/MODEL-DATA-TIME)");
    private readonly Option<string> resume = Options.Text("--resume", "DIR", "Resume an interrupted run with its own settings; the result is that of an uninterrupted run");
    private readonly Option<bool> tensorBoard = new("--tensorboard") { Description = "Write figures, and histograms of weights and gradients, for TensorBoard" };
    private readonly Option<bool> wandb = new("--wandb") { Description = "Write an offline run of Weights & Biases" };
    private readonly Option<bool> quiet = new("--quiet") { Description = "One line per epoch instead of a progress bar" };
    private readonly Option<bool> verbose = new("--verbose") { Description = "Report each compilation of a step for a new shape of batch" };
    private readonly Option<bool> json = Options.Json();
    private readonly Surroundings surroundings;

    private TrainCommand(Surroundings surroundings) => this.surroundings = surroundings;

    public static Command Create(Surroundings surroundings)
    {
        TrainCommand train = new(surroundings);
        DocumentedCommand command = new("train",
            "Train a model and save the best epoch in the folder of this run.",
            ("laminet train", "The convnet on Fashion-MNIST; about a minute"),
            ("laminet train lenet5 --epochs 30 --optimizer adamw", "Another model with other settings"),
            ("laminet train --data ~/mnist --out runs/digits", "Images from a folder; the run's folder is runs/digits"),
            ("laminet train resnet18 --data photos --size 96", "Photographs; each folder in photos is a class"),
            ("laminet train --from weights.h5 --data photos", "A trained network learns these classes in seconds"),
            ("laminet train dcgan --data ~/mnist", "A network with a training of its own; it draws digits"),
            ("laminet train tree-lstm --data sst", "It learns the sentiment of phrases from trees"),
            ("laminet train turing-small", "A neural Turing machine learns to copy, in seconds"),
            ("laminet train --resume runs/digits", "Resume after Ctrl+C or a power failure"),
            ("laminet train --epochs 1 --limit 500 --json", "A quick test with output for programs"))
        {
            Notes = """
                The run's folder:
                  model.laminet     The best model by validation accuracy
                  history.csv       The figures of each epoch
                  head.csv          With --fine-tune: the figures of the epochs of the head
                  settings.json     The settings of the run
                  environment.json  The machine and the versions
                  result.json       The results; written when the run is complete
                  tensorboard       With --tensorboard: look at it with tensorboard --logdir
                  wandb             With --wandb: upload what is in it with wandb sync

                A network with a training of its own takes --data (no photographs), --epochs, --batch, --seed, --limit, --threads,
                --out, --resume and --json; its run has picture.png, its model (.laminet, .safetensors, .estimator), and words.txt
                where it has such. Those that learn all at once, without epochs, cannot be resumed: neocognitron, svm, elm,
                echo-state, liquid-state. What they learn from:
                  tree-rnn, tree-rntn, tree-lstm  --data FOLDER with train.txt, dev.txt and test.txt, a tree in brackets a line,
                                                  as in the Stanford Sentiment Treebank; the best epoch by dev.txt is saved
                  memory-network                  --data NAME_train.txt, a bAbI task, with NAME_test.txt beside it; the epochs
                                                  are those after up to 20 linear ones
                  markov                          --data FILE, a text; epoch N counts what follows each N letters. The last
                                                  tenth is held back, and the epoch that is best there writes written.txt
                  liquid-state                    --data FOLDER with recordings named DIGIT_SPEAKER_INDEX.wav, as in the Free
                                                  Spoken Digit Dataset; indices 0 to 4 are the test part
                  echo-state                      no --data: it computes a chaotic series; --limit shortens it
                  turing-copy, -repeat, -recall,  no --data and no --limit: new sequences in each step; an epoch is 250 steps,
                  -small                          and the one with the fewest wrong bits is saved
                  all others                      small grey images, as --data says

                Photographs are scaled so that the shorter side is 8/7 of --size, and the middle is cut out. Below --size 128
                the shorter side is --size itself. Without a folder train and a folder test or val, a fifth of each class
                is kept for the test.

                Ctrl+C stops training after the current batch and shows how to resume it. A second Ctrl+C stops it at once.
                """,
        };
        command.Arguments.Add(train.model);
        foreach (Option option in (Option[])[
            train.data, train.size, train.from, train.fineTune, train.noMirror, train.epochs, train.batch, train.optimizer, train.learningRate, train.seed, train.validationSplit, train.limit,
            train.threads, train.output, train.resume, train.tensorBoard, train.wandb, train.quiet, train.verbose, train.json])
        {
            command.Options.Add(option);
        }

        command.SetAction(train.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        parse.ApplyThreads(threads);
        return parse.GetValue(resume) is { } folder ? Resume(parse, folder) : Start(parse);
    }

    private int Run(ParseResult parse, TrainingRun run) => run.Run(surroundings, parse.GetValue(quiet), parse.GetValue(verbose), parse.GetValue(json));

    private int Start(ParseResult parse)
    {
        string? asked = parse.GetResult(model) is { Tokens.Count: > 0 } ? parse.GetRequiredValue(model) : null;
        if (asked is not null && OwnTrainingCatalog.Find(asked) is { } own)
            return Start(parse, own);
        string? weights = parse.GetValue(from) is { } file ? surroundings.FullPath(file) : null;
        foreach (Option option in (Option[])[fineTune, noMirror])
        {
            if (weights is null && parse.IsGiven(option))
                throw new UsageException($"{option.Name} goes with --from, which names trained weights. Leave it out, or add --from.");
        }

        string optimizerName = Options.OneOf("--optimizer", parse.GetRequiredValue(optimizer), RunSettings.Optimizers);
        int? most = parse.Given(limit);
        string key = ImageData.KeyOf(surroundings, parse.GetRequiredValue(data));
        if (parse.IsGiven(size) && !ImageData.AreFiles(key))
            throw new UsageException($"--size: received {parse.GetValue(size)}; it goes with a folder of photographs. The images of '{key}' have a size: leave --size out.");
        string name;
        Shape photograph;
        StartingWeights? start = weights is null ? null : StartingWeights.Open(weights);
        if (start is not null)
        {
            (name, photograph) = start.Describe(asked);
        }
        else
        {
            name = NamedModel.RequireTrainable(asked ?? parse.GetRequiredValue(model));
            // Photographs have colours.
            photograph = [.. ModelCatalog.Find(name).InputShape.Take(2), 3];
        }

        if (parse.IsGiven(size))
            photograph = [parse.GetValue(size), parse.GetValue(size), photograph[^1]];
        ImageData images = ImageData.Load(key, photograph, most);
        double split = parse.Given(validationSplit) ?? (weights is null ? 0.1 : 0);
        images.RequireSplit(split, most);
        Model? network = start?.Network(name, images.ImageShape);
        if (network is null)
            NamedModel.RequireFit(name, images.ImageShape, images.ClassNames.Count);
        RunSettings settings = new(
            name, images.Key, images.Sha256(), parse.Given(epochs) ?? (weights is null ? 18 : 50), parse.Given(batch) ?? (weights is null ? 128 : 32), optimizerName,
            parse.Given(learningRate), parse.Given(seed) ?? RunSettings.NewSeed(), split, most, parse.GetValue(tensorBoard), parse.GetValue(wandb),
            images.IsOfPhotographs ? [.. images.ImageShape.Dimensions] : null, images.IsOfPhotographs ? images.ClassNames : null,
            weights is null ? null : new TransferSettings(weights, StartingWeights.Sha256(weights), parse.GetValue(fineTune), !parse.GetValue(noMirror)));
        settings = settings.ToWrite();
        (RunFolder folder, FileLock lasting) = RunFolder.Create(surroundings, parse.GetValue(output), name, images.Name);
        using FileLock held = lasting;
        RunFolder.Write(folder.Settings, settings);
        return Run(parse, new TrainingRun(folder, settings, images, network));
    }

    private int Resume(ParseResult parse, string asked)
    {
        RunFolder folder = RunFolder.Open(surroundings, asked);
        using FileLock held = folder.Hold(surroundings);
        if (OwnSettings.TrainingIn(folder.Settings) is { } own)
            return Resume(parse, asked, own, folder);
        RunSettings settings = RunSettings.Read(folder.Settings);
        // Only what is written is compared: the defaults of options are not asked for.
        Agree(parse.GetResult(model) is { Tokens.Count: > 0 }, "model", parse.GetValue(model), settings.Model);
        Agree(parse.IsGiven(data), data.Name, parse.GetValue(data) is { } name && parse.IsGiven(data) ? ImageData.KeyOf(surroundings, name) : null, settings.Data);
        Agree(parse.IsGiven(size), size.Name, parse.GetValue(size), settings.ImageShape?[0]);
        Agree(parse.IsGiven(from), from.Name, parse.GetValue(from) is { } weights ? surroundings.FullPath(weights) : null, settings.Transfer?.From);
        Agree(parse.IsGiven(fineTune), fineTune.Name, parse.GetValue(fineTune), settings.Transfer?.FineTune);
        Agree(parse.IsGiven(noMirror), noMirror.Name, parse.GetValue(noMirror), settings.Transfer is { Mirror: false });
        Agree(parse.IsGiven(epochs), epochs.Name, parse.GetValue(epochs), settings.Epochs);
        Agree(parse.IsGiven(batch), batch.Name, parse.GetValue(batch), settings.Batch);
        Agree(parse.IsGiven(optimizer), optimizer.Name, parse.GetValue(optimizer), settings.Optimizer);
        Agree(parse.IsGiven(learningRate), learningRate.Name, parse.GetValue(learningRate), settings.LearningRate);
        Agree(parse.IsGiven(seed), seed.Name, parse.GetValue(seed), settings.Seed);
        Agree(parse.IsGiven(validationSplit), validationSplit.Name, parse.GetValue(validationSplit), settings.ValidationSplit);
        Agree(parse.IsGiven(limit), limit.Name, parse.GetValue(limit), settings.Limit);
        Agree(parse.IsGiven(tensorBoard), tensorBoard.Name, parse.GetValue(tensorBoard), settings.TensorBoard);
        Agree(parse.IsGiven(wandb), wandb.Name, parse.GetValue(wandb), settings.Wandb);
        RequireSameFolder(parse, folder);
        if (File.Exists(folder.Result))
        {
            throw new UsageException($"the run '{asked}' is complete: all {settings.Epochs} epochs are done. "
                + $"Evaluate it: laminet evaluate {surroundings.Typed(folder.FullPath)}");
        }

        ImageData images = ImageData.Load(settings.Data, [.. settings.ImageShape ?? []], settings.Limit);
        StartingWeights? start = settings.Transfer is { } transfer ? StartingWeights.Open(transfer.From) : null;
        if (settings.Transfer is { } before && StartingWeights.Sha256(before.From) != before.Sha256)
            throw new UsageException($"the weights in '{before.From}' are not those with which the run '{asked}' started. Restore them, or start a new run.");
        if (images.Sha256() != settings.DataSha256)
            throw new UsageException($"the {(images.IsOfPhotographs ? "" : "training ")}images of {images.Name} are not those with which the run '{asked}' started. Restore them, or start a new run.");
        return Run(parse, new TrainingRun(folder, settings, images, start?.Network(settings.Model, images.ImageShape)));
    }

    private void RequireSameFolder(ParseResult parse, RunFolder folder)
    {
        if (parse.GetValue(output) is { } other && surroundings.FullPath(other) != folder.FullPath)
            throw new UsageException($"--out: received '{other}' together with --resume, which continues in the folder of the run. Leave --out out.");
    }

    private static void Agree(bool isGiven, string option, object? received, object? stored)
    {
        if (isGiven && !Equals(received, stored))
        {
            string has = stored is null ? "no such setting" : string.Create(CultureInfo.InvariantCulture, $"'{stored}'");
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"{option}: received '{received}', but the run to be resumed has {has}. Leave it out, or start a new run without --resume."));
        }
    }
}
