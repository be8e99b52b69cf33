using System.CommandLine;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet predict</c>: what a trained model says about one test image.</summary>
internal static class PredictCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> run = Options.RunOrFile();
        Argument<int> index = new("INDEX")
        {
            Description = "The index of the image in the test set, counted from 0",
            CustomParser = result => Options.Read(result, "INDEX", new NumberRange<int>(0, int.MaxValue)),
        };
        Option<string> data = Options.TestData();
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("predict", "Show a test image, its class, and the probability that a model gives to each class.",
            ("laminet predict runs/NAME 7", "Test image 7"),
            ("laminet predict clothes.laminet 7 --data fashion-mnist", "A model from a file, an image of a data set"),
            ("laminet predict runs/NAME 7 --json", "For programs"))
        {
            Notes = Options.ImageNotes,
            Arguments = { run, index },
            Options = { data, json },
        };
        command.SetAction(parse =>
        {
            TrainedModel trained = TrainedModel.Open(StepKind.Predict, surroundings, parse.GetRequiredValue(run), parse.GetValue(data));
            Show(surroundings, trained, parse.GetValue(index), parse.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Surroundings surroundings, TrainedModel trained, int index, bool json)
    {
        Examples test = trained.Data.Test;
        if (index >= test.Count)
            throw new UsageException($"INDEX: received {index}; {trained.Data.Name} has {test.Count} test images: expected 0 to {test.Count - 1}.");
        Tensor image = test.Images.Slice(index, index + 1);
        Tensor prediction = trained.Model.Predict(image).Cast(DType.Float64);
        bool areLogits = trained.Model.Loss is SparseCategoricalCrossentropy { FromLogits: true } or CategoricalCrossentropy { FromLogits: true };
        double[] probabilities = (areLogits ? prediction.Softmax() : prediction).ToArray<double>();
        IReadOnlyList<string> names = trained.Data.ClassNames;
        string trueClass = names[test.Labels.Slice(index, index + 1).ToArray<int>()[0]];
        (string Class, double Probability)[] ranked = [.. names.Zip(probabilities).OrderByDescending(pair => pair.Second)];
        if (json)
        {
            surroundings.Output.WriteLine(JsonOutput.Text(new
            {
                index,
                trueClass,
                predictedClass = ranked[0].Class,
                probabilities = ranked.Select(pair => new { pair.Class, pair.Probability }),
            }));
            return;
        }

        Screen screen = new(surroundings, json: false);
        ImageView.Write(screen, [image.Reshape(trained.Data.ImageShape)], [$"test image {index}"]);
        screen.Line();
        ProbabilityBars.Write(screen, ranked, trueClass);
        screen.Line();
        screen.Line(ranked[0].Class == trueClass ? $"Right: {trueClass}" : $"Wrong: predicted {ranked[0].Class}; the true class is {trueClass}");
    }
}
