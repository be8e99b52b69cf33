using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet data</c>: the data sets and what is in them.</summary>
internal static class DataCommand
{
    // The size at which photographs are shown.
    private static readonly Shape Shown = [56, 56, 3];

    public static Command Create(Surroundings surroundings)
    {
        DocumentedCommand command = new("data", "List data sets; show the contents of one.",
            ("laminet data list", "All data sets"),
            ("laminet data info fashion-mnist", "Classes and some images"))
        {
            CreateList(surroundings),
            CreateInfo(surroundings),
        };
        command.SetAction(new HelpPage().Invoke);
        return command;
    }

    private static DocumentedCommand CreateList(Surroundings surroundings)
    {
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("list", "List the data sets by name.") { json };
        command.SetAction(parse =>
        {
            if (parse.GetValue(json))
            {
                surroundings.Output.WriteLine(JsonOutput.Text(DatasetCatalog.All.Select(set => new { set.Name, set.Title, set.Summary, set.IsEmbedded })));
                return ExitCode.Ok;
            }

            Screen screen = new(surroundings, json: false);
            foreach (DatasetDescription set in DatasetCatalog.All)
                screen.Line($"{set.Name,-14} {set.Summary}");
            screen.Line();
            screen.Line("In place of a name, give any folder with four IDX files as those of MNIST, or with photographs in a folder for each class: --data FOLDER");
            return ExitCode.Ok;
        });
        return command;
    }

    private static DocumentedCommand CreateInfo(Surroundings surroundings)
    {
        Argument<string> name = new("NAME|FOLDER") { Description = "A data set, or a folder with IDX files or photographs" };
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("info", "Show the contents of a data set: the number of images of each class, and an example of each.",
            ("laminet data info fashion-mnist", "The images embedded in Laminet"),
            ("laminet data info ~/mnist --json", "A folder with IDX files, for programs"))
        {
            name, json,
        };
        command.SetAction(parse =>
        {
            ShowInfo(surroundings, parse.GetRequiredValue(name), parse.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void ShowInfo(Surroundings surroundings, string asked, bool json)
    {
        ImageData data = ImageData.Load(ImageData.KeyOf(surroundings, asked), Shown);
        IReadOnlyList<int> labels = data.Train.Labels, testLabels = data.Test.Labels;
        var classes = data.ClassNames.Select((name, label) => new { Class = name, Train = labels.Count(l => l == label), Test = testLabels.Count(l => l == label) }).ToArray();
        DatasetDescription? description = data.Description;
        if (json)
        {
            surroundings.Output.WriteLine(JsonOutput.Text(new
            {
                data.Name,
                description?.Title,
                description?.Summary,
                description?.Source,
                description?.Licence,
                Train = data.Train.Count,
                Test = data.Test.Count,
                ImageShape = data.IsOfPhotographs ? null : data.ImageShape.Dimensions.ToArray(),
                Classes = classes,
            }));
            return;
        }

        Screen screen = new(surroundings, json: false);
        if (description is null)
        {
            screen.Line($"Photographs in {data.Key}");
        }
        else
        {
            screen.Line(description.Title);
            screen.Line(description.Summary);
            screen.Line($"Source:  {description.Source}");
            screen.Line($"Licence: {description.Licence}");
        }

        screen.Line(string.Create(CultureInfo.InvariantCulture, $"Here:    {data.Train.Count:N0} training and {data.Test.Count:N0} test images{(data.IsOfPhotographs ? "" : $" {data.ImageShape}")}"));
        screen.Line();
        int width = Math.Max("Class".Length, data.ClassNames.Max(name => name.Length)) + 3;
        screen.Line($"{"Class".PadRight(width)} {"Train",8} {"Test",8}");
        for (int label = 0; label < classes.Length; label++)
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{$"{label} {classes[label].Class}".PadRight(width)} {classes[label].Train,8:N0} {classes[label].Test,8:N0}"));
        screen.Line();
        // The first image of each class there is, at half size.
        int[] first = [.. classes.Select((_, label) => FirstOf(label)).Where(index => index >= 0)];
        ImageView.Write(screen,
            [.. first.Select(index => data.Train.Image(index).Reshape(data.ImageShape))],
            [.. first.Select(index => data.ClassNames[labels[index]])], step: 2);

        int FirstOf(int label) => Enumerable.Range(0, labels.Count).FirstOrDefault(index => labels[index] == label, -1);
    }
}
