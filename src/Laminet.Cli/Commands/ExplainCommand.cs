using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Configuration;
using Laminet.Training;
using Laminet.Vision.Images;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet explain</c>: what a model sees in a photo, and where.</summary>
internal static class ExplainCommand
{
    private const int Shown = 5;

    public static Command Create(Surroundings surroundings)
    {
        Argument<string> run = Options.RunOrFile();
        Argument<string> photo = Options.Photo();
        Option<string> method = Options.Text("--method", "NAME", "One of grad-cam, gradient, smoothgrad, integrated (gradients), occlusion", Explanation.Default);
        Option<string> target = Options.Text("--class", "NAME|N", "The class to explain, by name or by number from 0 (default: the likeliest)");
        Option<string> layer = Options.Text("--layer", "NAME", "For grad-cam: the layer whose maps are used (default: the last that has some)");
        Option<string> output = Options.Text("--out", "FILE", "The picture, a .png file", "explanation.png");
        Option<int> threads = Options.Threads();
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("explain", "Show what a model sees in a photo, and where.",
            ("laminet explain runs/NAME photo.jpg", "Grad-CAM of the likeliest class, into explanation.png"),
            ("laminet explain runs/NAME photo.jpg --class Sandal --method occlusion", "What speaks for another class, by covering parts"),
            ("laminet explain model.laminet photo.jpg --json", "For programs"))
        {
            Notes = """
                The photo is brought to the size of the model's input as predict and train do: of a large one the middle is
                taken. The model receives numbers from 0 to 255; if it needs another range, it must begin with a Rescaling
                layer. The picture shows what the model received: yellow is where the class is seen, blue where it is not.
                """,
            Arguments = { run, photo },
            Options = { method, target, layer, output, threads, json },
        };
        command.SetAction(parse =>
        {
            parse.ApplyThreads(threads);
            string way = Options.OneOf("--method", parse.GetValue(method)!, Explanation.Methods), asked = parse.GetRequiredValue(run);
            string path = FiltersCommand.PngPath(surroundings, parse.GetValue(output)!);
            if (parse.GetValue(layer) is not null && way != Explanation.Default)
                throw new UsageException($"--layer: goes with --method {Explanation.Default}, and not with {way}. Leave it out.");
            (Model model, IReadOnlyList<string>? known) = Open(surroundings, asked);
            string file = PhotoPath(surroundings, parse.GetRequiredValue(photo), path);
            Explanation explanation = new(model, asked, file);
            IReadOnlyList<string> names = known?.Count == explanation.Classes ? known : ClassProbabilities.Unnamed(explanation.Classes);
            (string Class, double Probability)[] ranked = ClassProbabilities.Ranked(model, explanation.Photo.ExpandDims(0), names);
            int explained = parse.GetValue(target) is { } wanted ? Class(wanted, names) : names.Index().First(pair => pair.Item == ranked[0].Class).Index;
            Image.Write(path, explanation.Picture(way, explained, parse.GetValue(layer)));
            bool asJson = parse.GetValue(json);
            if (asJson)
            {
                surroundings.Output.WriteLine(JsonOutput.Text(new
                {
                    Picture = path,
                    Method = way,
                    Explained = names[explained],
                    explanation.IsEmpty,
                    Classes = ranked.Take(Shown).Select(pair => new { pair.Class, pair.Probability }),
                }));
            }

            Screen screen = new(surroundings, asJson);
            int width = ranked.Take(Shown).Max(pair => pair.Class.Length);
            foreach ((string name, double probability) in ranked.Take(Shown))
                screen.Line(string.Create(CultureInfo.InvariantCulture, $"{name.PadRight(width)}  {100 * probability,5:F1} %"));
            screen.Line();
            screen.Line($"Explained: {names[explained]} by {way}");
            screen.Line($"Picture:   {surroundings.Typed(path)}");
            if (explanation.IsEmpty)
                screen.Line($"Nothing in the photo speaks for this class by {way}, so the picture is dark. Try another --method{(way == Explanation.Default ? " or --layer" : "")}.");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The path of a photo that is going to be read.</summary>
    /// <param name="surroundings">Gives the current directory.</param>
    /// <param name="asked">What the user typed.</param>
    /// <param name="picture">The path of the picture that is going to be written.</param>
    /// <exception cref="UsageException">There is no such file, or the picture would replace it.</exception>
    public static string PhotoPath(Surroundings surroundings, string asked, string picture)
    {
        string path = surroundings.FullPath(asked);
        if (!File.Exists(path))
            throw new UsageException($"PHOTO: there is no file '{asked}'; expected a JPEG, PNG, WebP, GIF or BMP file.");
        // Elsewhere photo.PNG and photo.png may be one file.
        return path.Equals(picture, OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)
            ? throw new UsageException($"--out: the picture '{surroundings.Typed(picture)}' would replace the photo; expected another file. Name one: --out other.png")
            : path;
    }

    // With the names of the classes: of the settings, else of the result of a complete run.
    private static (Model Model, IReadOnlyList<string>? Names) Open(Surroundings surroundings, string asked)
    {
        string path = surroundings.FullPath(asked);
        if (File.Exists(path))
            return (Model.Load(path), null);
        if (!Directory.Exists(path))
            throw new UsageException($"there is no run or file '{asked}'; expected a folder that 'laminet train' wrote, or a .laminet file{RunFolder.Known(surroundings)}.");
        RunFolder folder = RunFolder.Open(surroundings, asked);
        return (Model.Load(folder.ModelOrExplain(surroundings)), RunSettings.Read(folder.Settings).ClassNames ?? RunCharts.ResultOf(folder)?.Test.Classes.Select(one => one.Class).ToArray());
    }

    private static int Class(string wanted, IReadOnlyList<string> names)
    {
        if (names.Index().FirstOrDefault(pair => pair.Item.Equals(wanted, StringComparison.OrdinalIgnoreCase)) is (var place, { } _))
            return place;
        return int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < names.Count ? number
            : throw new UsageException($"--class: received '{wanted}'; expected a number from 0 to {names.Count - 1}, or one of {string.Join(", ", names.Take(20))}{(names.Count > 20 ? ", ..." : "")}.{Suggestion.For(wanted, names)}");
    }
}
