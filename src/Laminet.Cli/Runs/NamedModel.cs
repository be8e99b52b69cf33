using System.CommandLine;
using Laminet.Cli.OwnTrainings;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Cli.Runs;

/// <summary>The models a command line can name: those of the zoo, a run's best, any saved one.</summary>
internal static class NamedModel
{
    /// <summary>The names of those that 'laminet train' trains: on images with a class each.</summary>
    public static IReadOnlyList<string> Trainable { get; } = [.. ModelCatalog.All.Where(entry => entry.Task == ModelTask.Classification).Select(entry => entry.Name)];

    public static Argument<string> Argument() =>
        new("MODEL|RUN|FILE") { Description = "A model of the zoo ('laminet models' lists them), a run's folder, or a .laminet file" };

    /// <summary>The name of a model that 'laminet train' trains.</summary>
    /// <exception cref="UsageException">There is none of this name.</exception>
    public static string RequireTrainable(string asked) => Trainable.FirstOrDefault(name => name.Equals(asked, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"model: received '{asked}'; expected the name of a model for classification, or of a network with a training of its own, which 'laminet models' lists.{Suggestion.For(asked, [.. Trainable, .. OwnTrainingCatalog.All.Select(training => training.Name)])}");

    /// <summary>Checks that a model of the zoo can be built for images. Nothing is drawn for it.</summary>
    /// <exception cref="UsageException">It cannot, as where the images are too small.</exception>
    public static void RequireFit(string name, Shape image, int classes)
    {
        try
        {
            ModelCatalog.Find(name).Create(image, classes, 0);
        }
        catch (Exception exception) when (exception is ArgumentException or ShapeException)
        {
            throw new UsageException($"model: {exception.Message.Split(" (Parameter")[0]}");
        }
    }

    /// <summary>A model of the zoo, compiled for its task.</summary>
    public static Model OfZoo(ModelEntry entry, Shape image, int classes, int seed, Optimizer optimizer)
    {
        Model model = entry.Create(image, classes, (ulong)seed);
        model.Compile(optimizer, entry.Loss(classes), entry.Task == ModelTask.Detection ? [] : ["accuracy"]);
        return model;
    }

    /// <summary>The model that is meant: of the zoo for the images and classes it was made for, or loaded as it was saved.</summary>
    public static Model Find(Surroundings surroundings, string asked)
    {
        if (ModelCatalog.All.FirstOrDefault(entry => entry.Name.Equals(asked, StringComparison.OrdinalIgnoreCase)) is { } known)
            return OfZoo(known, known.InputShape, known.Classes, seed: 0, "adam");
        string path = surroundings.FullPath(asked);
        if (File.Exists(path))
            return Model.Load(path);
        if (Directory.Exists(path))
            return Model.Load(RunFolder.Open(surroundings, asked).ModelOrExplain(surroundings));
        throw new UsageException($"there is no model, run or file '{asked}'; expected a name that 'laminet models' lists, a run's folder or a .laminet file."
            + Suggestion.For(asked, ModelCatalog.All.Select(entry => entry.Name)));
    }

    /// <summary>The model that is meant, which must have a step of a kind; with a length for axes of unknown length, and only for such.</summary>
    public static Model FindFor(StepKind kind, Surroundings surroundings, string asked, int? length)
    {
        Model model = Find(surroundings, asked);
        Require(kind, model, asked, "--step predict");
        SymbolicTensor? open = model.Inputs.FirstOrDefault(input => input.PartialShape.Skip(1).Contains(null));
        if (open is not null && length is null)
            throw new UsageException($"--length is missing: '{asked}' takes examples of any length, {open}; expected --length with the length to use, such as --length 100.");
        if (open is null && length is not null)
            throw new UsageException($"--length: received {length}; all lengths of '{asked}' are known, {string.Join(", ", model.Inputs)}. Leave it out.");
        return model;
    }

    /// <summary>Checks that a model has a step of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="model">The model.</param>
    /// <param name="asked">How the user names it.</param>
    /// <param name="instead">How to look at its predictions, which every model has.</param>
    /// <exception cref="UsageException">A step that needs optimizer and loss was asked for, and it has none.</exception>
    public static void Require(StepKind kind, Model model, string asked, string instead)
    {
        if (kind != StepKind.Predict && model.Optimizer is null)
        {
            throw new UsageException($"'{asked}' was saved before it was compiled, so it can only predict; expected a model with optimizer and loss. "
                + $"Use {instead}, or compile the model before you save it.");
        }
    }
}
