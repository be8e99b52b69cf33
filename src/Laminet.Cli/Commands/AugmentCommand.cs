using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Augmentation;
using Laminet.Cli.Rendering;
using Laminet.Layers;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet augment</c>: what the augmentation layers make of a photo.</summary>
internal static class AugmentCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> photo = Options.Photo();
        Option<string> layers = Options.Text("--layers", "NAME,NAME", "The layers, such as RandomFlip,MixUp (default: all)");
        Option<int> count = Options.Number("--count", "N", "Draws of each layer", new NumberRange<int>(1, 10), 4);
        Option<int> size = Options.Number("--size", "N", "The side of a tile in pixels", new NumberRange<int>(64, 384), 128);
        Option<int> seed = Options.Number("--seed", "N", "Where random numbers begin; the same seed gives the same picture", new NumberRange<int>(0, int.MaxValue), 0);
        Option<string> output = Options.Text("--out", "FILE", "The picture, a .png file", "augmentation.png");
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("augment", "Draw what augmentation layers make of a photo.",
            ("laminet augment photo.jpg", "All layers, into augmentation.png"),
            ("laminet augment photo.jpg --layers RandomRotation,MixUp --count 8", "Eight draws of two of them"),
            ("laminet augment photo.jpg --json", "With the settings of each layer"))
        {
            Notes = """
                A row for each layer: first the photo, cut to a square, then draws. Settings are strong, so that the
                effect is seen; a training takes milder ones. Some draws leave the photo as it is, and AutoContrast
                does so where a photo has black and white already. MixUp and CutMix mix it with its mirror image.
                """,
            Arguments = { photo },
            Options = { layers, count, size, seed, output, json },
        };
        command.SetAction(parse =>
        {
            AugmentationRow[] rows = Chosen(parse.GetValue(layers));
            string path = FiltersCommand.PngPath(surroundings, parse.GetValue(output)!);
            string file = ExplainCommand.PhotoPath(surroundings, parse.GetRequiredValue(photo), path);
            (int draws, int side) = (parse.GetValue(count), parse.GetValue(size));
            ImageLayer[] made = [.. rows.Select(row => row.Create(side))];
            new AugmentationSheet(file, side).Draw(made, draws, (ulong)parse.GetValue(seed)).Save(path);
            bool asJson = parse.GetValue(json);
            if (asJson)
            {
                surroundings.Output.WriteLine(JsonOutput.Text(new
                {
                    Picture = path,
                    Seed = parse.GetValue(seed),
                    Size = side,
                    Draws = draws,
                    Layers = made.Select(layer => new { Layer = layer.GetType().Name, Settings = layer.GetConfig() }),
                }));
            }

            new Screen(surroundings, asJson).Line(string.Create(CultureInfo.InvariantCulture, $"{surroundings.Typed(path)}: layers {made.Length}, draws of each {draws}"));
            return ExitCode.Ok;
        });
        return command;
    }

    private static AugmentationRow[] Chosen(string? names)
    {
        if (names is null)
            return [.. AugmentationTable.Rows];
        string[] known = [.. AugmentationTable.Rows.Select(row => row.Name)];
        return [.. names.Split(',', StringSplitOptions.TrimEntries).Select(name => Options.OneOf("--layers", name, known)).Distinct().Select(name => AugmentationTable.Rows.Single(row => row.Name == name))];
    }
}
