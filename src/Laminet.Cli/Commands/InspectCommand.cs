using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Formats.Weights;
using Laminet.Tensors;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet inspect</c>: the tensors of a file of weights.</summary>
internal static class InspectCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> file = new("FILE") { Description = "A file of weights; of a model of TensorFlow.js, model.json or its folder" };
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("inspect", "List the tensors of a file of weights, whichever program wrote it.",
            ("laminet inspect resnet20.th", "A state dict of PyTorch"),
            ("laminet inspect model.keras", "A model of Keras"),
            ("laminet inspect weights.npz --json", "For programs"))
        {
            Notes = """
                Read are safetensors, .laminet, .npy, .npz, PyTorch's .pt, .pth and .th, Keras's .h5, .weights.h5 and
                .keras, other HDF5, and TensorFlow.js's model.json. The format is recognised by the content. Names, shapes
                and types are read. Of .laminet and .keras the numbers are read too, which takes memory for all of them.
                No code in a file is run.
                """,
            Arguments = { file },
            Options = { json },
        };
        command.SetAction(parse =>
        {
            Show(surroundings, surroundings.FullPath(parse.GetRequiredValue(file)), parse.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Surroundings surroundings, string path, bool json)
    {
        using WeightFile file = WeightFile.Open(path);
        long numbers = file.Tensors.Sum(tensor => tensor.Shape.LongCount), bytes = file.Tensors.Sum(tensor => tensor.Shape.LongCount * tensor.DType.Size());
        if (json)
        {
            surroundings.Output.WriteLine(JsonOutput.Text(new
            {
                file.Path,
                Format = file.Format.ToString(),
                file.HasLayers,
                Numbers = numbers,
                Bytes = bytes,
                Tensors = file.Tensors.Select(tensor => new { tensor.Name, DType = tensor.DType.ToString(), Shape = tensor.Shape.Dimensions.ToArray() }),
                file.Notes,
            }));
            return;
        }

        Screen screen = new(surroundings, json: false);
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{surroundings.Typed(file.Path)}: {file.Format}, {file.Tensors.Count} tensors, {numbers:N0} numbers, {Bytes.Text(bytes)}{(file.HasLayers ? ", with the layers" : "")}"));
        screen.Line();
        int widest = file.Tensors.Select(tensor => tensor.Name.Length).DefaultIfEmpty(0).Max();
        foreach (WeightTensor tensor in file.Tensors)
            screen.Line($"{tensor.Name.PadRight(widest)}  {tensor.DType,-8}  {tensor.Shape}");
        foreach (string note in file.Notes)
            screen.Line($"Note: {note}");
    }
}
