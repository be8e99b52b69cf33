using System.Text.RegularExpressions;
using Laminet.Tensors.Tests;

namespace Laminet.Tests;

/// <summary>Which room of the learning layer, of the zoo and of the command line may name which. A reference that is not listed here fails.</summary>
public class RoomsTests
{
    private static readonly string[] Rooms = ["Configuration", "Files", "Initializers", "Constraints", "Regularizers", "Losses", "Metrics", "Optimizers", "Layers", "Data", "Generation", "Training", "Saving"];

    // For each room those below it.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Configuration"] = [],
        ["Files"] = [],
        ["Initializers"] = ["Configuration"],
        ["Constraints"] = ["Configuration"],
        ["Regularizers"] = ["Configuration"],
        ["Losses"] = ["Configuration"],
        ["Metrics"] = ["Configuration", "Losses"],
        ["Optimizers"] = ["Configuration"],
        ["Layers"] = ["Configuration", "Constraints", "Data", "Initializers", "Metrics", "Regularizers"],
        ["Data"] = [],
        ["Generation"] = ["Configuration"],
        ["Training"] = ["Configuration", "Data", "Files", "Layers", "Losses", "Metrics", "Optimizers"],
        ["Saving"] = ["Configuration", "Files", "Layers", "Losses", "Metrics", "Optimizers", "Training"],
    };

    [Fact]
    public void Each_room_names_those_below_it_alone()
    {
        List<string> failures = [];
        foreach (string room in Rooms)
        {
            SourceFile[] files = [.. Sources.Under($"src/Laminet/{room}")];
            Assert.NotEmpty(files);
            foreach (SourceFile source in files)
            {
                string[] strange = [.. Rooms.Where(other => other != room && Names(source, other)).Except(Allowed[room])];
                if (strange.Length > 0)
                    failures.Add($"{source.Path} names {string.Join(", ", strange)}; {room} may name {string.Join(", ", Allowed[room].DefaultIfEmpty("none"))}.");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    // What knows several rooms, so that none of them needs to: the registry of layers names models too.
    [Fact]
    public void Above_the_rooms_is_one_file() =>
        Assert.Equal(["src/Laminet/BuiltInLayers.cs"], Sources.Under("src/Laminet").Select(source => source.Path).Where(path => path.Split('/').Length == 3));

    [Fact]
    public void Nothing_below_names_the_zoo_or_the_command_line()
    {
        string[] offenders = [.. Sources.Under("src/Laminet").Concat(Sources.Under("src/Laminet.Tensors")).Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.(Zoo|Formats|Vision|Plots|Transfer|Verification|Cli)\b"))
            .Concat(Sources.Under("src/Laminet.Zoo").Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.(Transfer|Verification|Cli)\b")))
            .Concat(Sources.Under("src/Laminet.Verification").Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.(Zoo|Vision|Plots|Transfer|Cli)\b")))
            .Concat(Sources.Under("src/Laminet.Vision").Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.(Zoo|Formats|Estimators|Plots|Transfer|Cli)\b")))
            .Concat(Sources.Under("src/Laminet.Text").Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.(Zoo|Formats|Estimators|Vision|Plots|Transfer|Cli)\b")))
            .Concat(Sources.Under("src/Laminet.Plots").Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.(Zoo|Formats|Estimators|Vision|Transfer|Cli)\b")))
            .Concat(Sources.Under("src/Laminet.Estimators").Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.(Zoo|Formats|Vision|Plots|Transfer|Cli)\b")))
            // Images know nothing of the lists of them.
            .Concat(Sources.Under("src/Laminet.Vision/Images").Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.(Vision\.(Datasets|Seeing)|Data)\b")))
            // What looks into networks knows no data sets, and they do not know it.
            .Concat(Sources.Under("src/Laminet.Vision/Seeing").Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.Vision\.Datasets\b")))
            .Concat(Sources.Under("src/Laminet.Vision/Datasets").Where(source => Regex.IsMatch(source.Code, @"\bLaminet\.Vision\.Seeing\b")))
            .Concat(Sources.Under("src/Laminet.Tensors").Where(source => Rooms.Any(room => source.Code.Contains($"Laminet.{room}", StringComparison.Ordinal))))
            .Select(source => source.Path)];
        Assert.True(offenders.Length == 0, string.Join('\n', offenders));
    }

    [Fact]
    public void Every_folder_of_the_learning_layer_is_a_room() => Assert.Equal(
        Rooms.Order(), Sources.Under("src/Laminet").Select(source => source.Path.Split('/')).Where(parts => parts.Length > 3).Select(parts => parts[2]).Distinct().Order());

    // Imports, and qualified names such as Losses.Huber; a property of that name, as in model.Layers.Count, follows a dot.
    private static bool Names(SourceFile source, string room) =>
        Regex.IsMatch(source.Code, $@"using (\w+ = )?Laminet\.{room}\b") || Regex.IsMatch(source.Code, $@"\bLaminet\.{room}\.") || Regex.IsMatch(source.Code, $@"(?<![\w.]){room}\.[A-Z]");
}
