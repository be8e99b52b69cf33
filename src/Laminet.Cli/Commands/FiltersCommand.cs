using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet filters</c>: the kernels of a convolution as a picture.</summary>
internal static class FiltersCommand
{
    // Without --scale: the side of a tile in pixels, about.
    private const int TileSide = 48;

    public static Command Create(Surroundings surroundings)
    {
        Argument<string> model = NamedModel.Argument();
        Option<string> layer = Options.Text("--layer", "NAME", "The convolution's name, which 'laminet summary' lists (default: the first convolution)");
        Option<int> scale = Options.Number("--scale", "N", "Pixels for each number of a kernel (default: so that a kernel is about 48 pixels wide)", new NumberRange<int>(1, 256));
        Option<string> output = Options.Text("--out", "FILE", "The picture, a .png file", "filters.png");
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("filters", "Draw the kernels of a convolution.",
            ("laminet filters runs/NAME", "Those of the first convolution, into filters.png"),
            ("laminet filters model.laminet --layer conv2d_1 --out second.png", "Those of another"))
        {
            Notes = """
                Each kernel is a tile with its own range of numbers, the least black, the greatest white. Kernels over
                3 channels are tiles of colour; over more channels, a row of the picture holds one filter, and a column
                one channel. A model of the zoo has the random numbers that training begins with.
                """,
            Arguments = { model },
            Options = { layer, scale, output, json },
        };
        command.SetAction(parse =>
        {
            Tensor kernels = Kernels(NamedModel.Find(surroundings, parse.GetRequiredValue(model)), parse.GetValue(layer));
            int pixels = parse.IsGiven(scale) ? parse.GetValue(scale) : Math.Max(1, TileSide / Math.Max(kernels.Shape[0], kernels.Shape[1]));
            string path = PngPath(surroundings, parse.GetValue(output)!);
            Image.Write(path, Tiles.Of(kernels, pixels));
            bool asJson = parse.GetValue(json);
            if (asJson)
                surroundings.Output.WriteLine(JsonOutput.Text(new { Picture = path, Kernels = kernels.Shape.Dimensions.ToArray(), Scale = pixels }));
            new Screen(surroundings, asJson).Line(string.Create(CultureInfo.InvariantCulture,
                $"{surroundings.Typed(path)}: {kernels.Shape[3]} kernels of {kernels.Shape[0]} x {kernels.Shape[1]} over {kernels.Shape[2]} channels"));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The path of a picture that is going to be written.</summary>
    /// <exception cref="UsageException">It is no PNG.</exception>
    public static string PngPath(Surroundings surroundings, string asked) => Path.GetExtension(asked).Equals(".png", StringComparison.OrdinalIgnoreCase)
        ? surroundings.FullPath(asked)
        : throw new UsageException($"--out: received '{asked}'; expected the name of a .png file.");

    private static Tensor Kernels(Model model, string? layer)
    {
        try
        {
            return Filters.Of(model, layer);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(layer is null ? exception.Message : $"--layer: {exception.Message}");
        }
    }
}
