using System.CommandLine;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet predict</c>: what a trained model says about one test image or photograph.</summary>
internal static class PredictCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> run = Options.RunOrFile();
        Argument<string> image = new("INDEX|PHOTO")
        {
            Description = "The index of an image in the test set, counted from 0; or an image file: JPEG, PNG, WebP, GIF or BMP",
        };
        Option<string> data = Options.TestData();
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("predict", "Show an image and the probability that a model gives to each class.",
            ("laminet predict runs/NAME 7", "Test image 7"),
            ("laminet predict runs/NAME bee.jpg", "A photograph"),
            ("laminet predict clothes.laminet 7 --data fashion-mnist", "A model from a file, an image of a data set"),
            ("laminet predict runs/NAME 7 --json", "For programs"))
        {
            Notes = Options.ImageNotes,
            Arguments = { run, image },
            Options = { data, json },
        };
        command.SetAction(parse =>
        {
            string asked = parse.GetRequiredValue(image), model = parse.GetRequiredValue(run);
            Shown shown = !IsNumber(asked) && File.Exists(surroundings.FullPath(asked)) ? OfPhotograph(surroundings, model, asked, parse.GetValue(data)) : OfIndex(surroundings, model, asked, parse.GetValue(data));
            Show(surroundings, shown, parse.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    // A file that is called 7 does not change what 7 means.
    private static bool IsNumber(string asked) => asked.TrimStart('-', '+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);

    private static Shown OfIndex(Surroundings surroundings, string run, string asked, string? data)
    {
        NumberRange<int> range = new(0, int.MaxValue);
        if (!range.TryParse(asked, out int index))
            throw new UsageException($"INDEX|PHOTO: received '{asked}'; expected {range}, the index of a test image, or an image file. {(File.Exists(surroundings.FullPath(asked)) ? $"For the file of this name write ./{asked}" : "There is no file of this name.")}");
        TrainedModel trained = TrainedModel.Open(StepKind.Predict, surroundings, run, data);
        Examples test = trained.Data.Test;
        if (index >= test.Count)
            throw new UsageException($"INDEX: received {index}; {trained.Data.Name} has {test.Count} test images: expected 0 to {test.Count - 1}.");
        return new Shown(trained.Model, test.Image(index), trained.Data.ClassNames, $"test image {index}", index, trained.Data.ClassNames[test.Labels[index]]);
    }

    private static Shown OfPhotograph(Surroundings surroundings, string run, string asked, string? data)
    {
        (Model model, Shape shape, IReadOnlyList<string>? names) = TrainedModel.ForPhotographs(surroundings, run, data);
        Tensor photograph = Image.Read(surroundings.FullPath(asked), Photographs.ReadingFor(shape)).ExpandDims(0);
        return new Shown(model, photograph, names ?? ClassProbabilities.Unnamed(model.OutputShape[^1]), asked, null, null);
    }

    private static void Show(Surroundings surroundings, Shown shown, bool json)
    {
        (string Class, double Probability)[] ranked = ClassProbabilities.Ranked(shown.Model, shown.Image, shown.Names);
        if (json)
        {
            var all = ranked.Select(pair => new { pair.Class, pair.Probability });
            surroundings.Output.WriteLine(shown.Index is { } index
                ? JsonOutput.Text(new { index, shown.TrueClass, predictedClass = ranked[0].Class, probabilities = all })
                : JsonOutput.Text(new { photo = shown.Caption, predictedClass = ranked[0].Class, probabilities = all }));
            return;
        }

        Screen screen = new(surroundings, json: false);
        Shape shape = new(shown.Image.Shape.Dimensions[1..]);
        // Photographs are larger than a terminal.
        ImageView.Write(screen, [shown.Image.Reshape(shape)], [shown.Caption], step: Math.Max(1, (shape[1] + LargestWidth - 1) / LargestWidth));
        screen.Line();
        ProbabilityBars.Write(screen, ranked, shown.TrueClass);
        if (shown.TrueClass is not { } right)
            return;
        screen.Line();
        screen.Line(ranked[0].Class == right ? $"Right: {right}" : $"Wrong: predicted {ranked[0].Class}; the true class is {right}");
    }

    private const int LargestWidth = 64;

    /// <summary>What is shown.</summary>
    /// <param name="Model">The model that predicts.</param>
    /// <param name="Image">A batch of one image.</param>
    /// <param name="Names">The names of the classes.</param>
    /// <param name="Caption">What stands over the image.</param>
    /// <param name="Index">Its place among the test images; null for a photograph.</param>
    /// <param name="TrueClass">Its class; null if that is not known.</param>
    private sealed record Shown(Model Model, Tensor Image, IReadOnlyList<string> Names, string Caption, int? Index, string? TrueClass);
}
