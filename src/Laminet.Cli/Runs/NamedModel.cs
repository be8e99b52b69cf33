using System.CommandLine;
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
    /// <summary>The models of the zoo by name.</summary>
    public static string ZooNames => string.Join(", ", ModelCatalog.All.Select(entry => entry.Name));

    public static Argument<string> Argument() =>
        new("MODEL|RUN|FILE") { Description = $"A model of the zoo ({ZooNames}), a run's folder, or a .laminet file" };

    /// <summary>A model of the zoo, compiled for naming classes.</summary>
    public static Model OfZoo(ModelEntry entry, Shape image, int classes, int seed, Optimizer optimizer)
    {
        Model model = entry.Create(image, classes, (ulong)seed);
        model.Compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"]);
        return model;
    }

    /// <summary>The model that is meant: of the zoo for images of 28 x 28 in ten classes, or loaded as it was saved.</summary>
    public static Model Find(Surroundings surroundings, string asked)
    {
        if (ModelCatalog.All.FirstOrDefault(entry => entry.Name.Equals(asked, StringComparison.OrdinalIgnoreCase)) is { } known)
            return OfZoo(known, new Shape(28, 28, 1), classes: 10, seed: 0, "adam");
        string path = surroundings.FullPath(asked);
        if (File.Exists(path))
            return Model.Load(path);
        if (Directory.Exists(path))
            return Model.Load(RunFolder.Open(surroundings, asked).ModelOrExplain(surroundings));
        throw new UsageException($"there is no model, run or file '{asked}'; expected one of {ZooNames}, a run's folder or a .laminet file."
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
