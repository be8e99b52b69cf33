using System.Text.RegularExpressions;

namespace Laminet.Tensors.Tests;

/// <summary>Which folder of the engine may name types of which other one. A reference that is not listed here fails.</summary>
public class RoomsTests
{
    private const string Engine = "src/Laminet.Tensors";

    // The types beside each other in the engine's own folder, which every folder may name.
    private const string Core = "Core";

    // For each folder and each other whose types it may name: any ("*") or these.
    private static readonly Dictionary<(string From, string To), string> Allowed = new()
    {
        // The seams: operations are written down by the tracer, run by a device, and bring their rules for the compiler.
        [(Core, "Compilation")] = "Tracer Operation Follower PreferredForm Reads Surroundings",
        [(Core, "Devices")] = "CpuDevice Device",
        [(Core, "Autodiff")] = "Gradient Node Recording WatchedValues",
        [(Core, "Ops")] = "*",
        [(Core, "Runtime")] = "BufferPool Philox Storage Workers",
        [("Autodiff", "Compilation")] = "FunctionScope Pass Tracer",
        // Loops and branches hold graphs, and run them in memory that they are given.
        [("Ops", "Compilation")] = "Operation Follower FollowerKind PreferredForm Reads Step Flow Lifetimes OperationKind Place Region ScanGradient Surroundings TracedBody Tracer",
        [("Ops", "Devices")] = "Device",
        [("Ops", "Autodiff")] = "Gradient",
        [("Ops", "Kernels")] = "*",
        [("Ops", "Runtime")] = "*",
        [("Blocks", "Autodiff")] = "Gradient Recording",
        // The body of a recurrence is a loop.
        [("Blocks", "Compilation")] = "Flow Follower FollowerKind Operation Surroundings Tracer",
        [("Blocks", "Kernels")] = "*",
        [("Blocks", "Ops")] = "*",
        [("Blocks", "Runtime")] = "IStretchWork IWork Stretches Workers",
        [("Compilation", "Autodiff")] = "Node Gradient Backward",
        // Flow traces the graphs of loops and branches, and applies these.
        [("Compilation", "Ops")] = "Body If Regions Scan While",
        [("Compilation", "Devices")] = "CpuDevice Device",
        [("Compilation", "Passes")] = "*",
        [("Compilation", "Runtime")] = "BufferPool Scratch Storage",
        [("Devices", "Compilation")] = "Pass",
        [("Devices", "Passes")] = "*",
        [("Devices", "Kernels")] = "Peak Simd SimdLevel StridedCopy",
        [("Devices", "Runtime")] = "Storage",
        [("Passes", "Compilation")] = "*",
        [("Passes", "Devices")] = "Device",
        // SourceTests list which operations.
        [("Passes", "Ops")] = "*",
        [("Passes", "Blocks")] = "*",
        [("Passes", "Kernels")] = "Inputs TileProgram TileStep",
        [("Kernels", "Runtime")] = "*",
    };

    [Fact]
    public void Each_folder_names_types_of_the_listed_folders_alone()
    {
        (string Room, SourceFile Source)[] files = [.. Sources.Under(Engine).Select(source => (RoomOf(source), source))];
        Dictionary<string, HashSet<string>> types = files.GroupBy(file => file.Room)
            .ToDictionary(room => room.Key, room => room.SelectMany(file => Declared(file.Source)).ToHashSet());
        Assert.Contains("Convolution", types["Ops"]);
        List<string> failures = [];
        foreach ((string room, SourceFile source) in files)
        {
            foreach (string other in types.Keys.Where(other => other != room && other != Core))
            {
                string listed = Allowed.GetValueOrDefault((room, other), "");
                string[] strange = [.. Named(source, other).Where(types[other].Contains).Except(types[room]).Except(listed.Split(' ')).Order()];
                if (strange.Length > 0 && !listed.Contains('*', StringComparison.Ordinal))
                    failures.Add($"{source.Path} names {string.Join(", ", strange)} of {other}; {room} may name of it: {(listed.Trim().Length == 0 ? "nothing" : listed.Trim())}.");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void The_scan_sees_imports_aliases_and_qualified_names()
    {
        SourceFile source = new("x.cs", "using Laminet.Tensors.Kernels;\nusing P = Laminet.Tensors.Runtime.Pool;\n// Ops.Add\nclass X { Blocks.Softmax s; Tile t; }");
        Assert.Contains("Tile", Named(source, "Kernels"));
        Assert.Contains("Pool", Named(source, "Runtime"));
        Assert.Contains("Softmax", Named(source, "Blocks"));
        Assert.Empty(Named(source, "Ops"));
        Assert.Equal(["X"], Declared(source));
    }

    private static string RoomOf(SourceFile source)
    {
        string folder = source.Path[..source.Path.LastIndexOf('/')];
        return folder == Engine ? Core : folder[(folder.LastIndexOf('/') + 1)..];
    }

    // The parts of Tensor that families of operations contribute are the core's.
    private static IEnumerable<string> Declared(SourceFile source) =>
        Regex.Matches(source.Code, @"\b(?:class|struct|interface|enum|record)\s+(?:struct\s+|class\s+)?(\w+)").Select(match => match.Groups[1].Value).Where(name => name != "Tensor");

    // What the file may mean types of the folder by: any identifier where its namespace is in reach, else qualified ones.
    private static IEnumerable<string> Named(SourceFile source, string room)
    {
        IEnumerable<string> qualified = Regex.Matches(source.Code, $@"\b{room}\.([A-Z]\w*)").Select(match => match.Groups[1].Value);
        bool isInReach = Regex.IsMatch(source.Code, $@"(?:using|namespace) Laminet\.Tensors\.(?:\w+\.)*{room}\b(?!\.[A-Z]\w*;)") || source.Code.Contains($"Laminet.Tensors.{room}.", StringComparison.Ordinal);
        return isInReach ? qualified.Concat(Regex.Matches(source.Code, @"(?<![.\w])[A-Z]\w*").Select(match => match.Value)).Distinct() : qualified;
    }
}
