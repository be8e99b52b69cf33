using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Laminet.Source.Tests;

/// <summary>Every example of the documentation compiles, as a program of its own.</summary>
public sealed class ExampleTests
{
    // All that an example has besides its own text: the namespaces, and a few things a reader knows the type of by their names.
    private const string Surroundings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Numerics;
        global using Laminet.Configuration;
        global using Laminet.Constraints;
        global using Laminet.Data;
        global using Laminet.Files;
        global using Laminet.Formats.Watching;
        global using Laminet.Formats.Weights;
        global using Laminet.Formats.Weights.Cache;
        global using Laminet.Formats.Weights.Mapping;
        global using Laminet.Generation;
        global using Laminet.Initializers;
        global using Laminet.Layers;
        global using Laminet.Metrics;
        global using Laminet.Metrics.Detection;
        global using Laminet.Metrics.Reports;
        global using Laminet.Optimizers;
        global using Laminet.Optimizers.Schedules;
        global using Laminet.Saving;
        global using Laminet.Tensors;
        global using Laminet.Tensors.Autodiff;
        global using Laminet.Tensors.Blocks;
        global using Laminet.Tensors.Compilation;
        global using Laminet.Training;
        global using Laminet.Training.Callbacks;
        global using Laminet.Training.Tools;
        global using Laminet.Training.Transfer;
        global using Laminet.Formats.Weights.NumPy;
        global using Laminet.Text.Corpora;
        global using Laminet.Text.Layers;
        global using Laminet.Text.Metrics;
        global using Laminet.Text.Tokenizers;
        global using Laminet.Transfer;
        global using Laminet.Vision.Datasets;
        global using Laminet.Vision.Features;
        global using Laminet.Vision.Images;
        global using Laminet.Vision.Seeing;
        global using Laminet.Plots;
        global using Laminet.Zoo.Datasets;
        global using Laminet.Zoo.Environments;
        global using Laminet.Zoo.Language;
        global using Laminet.Zoo.Models;
        global using Laminet.Zoo.Tasks;
        global using Box = Laminet.Metrics.Detection.Box;
        global using static Given;

        static class Given
        {
            public static Model model = null!;
            public static Tensor x = null!, y = null!, images = null!, labels = null!, gradient = null!, digits = null!, patterns = null!, noisy = null!;
            public static ImageDataset data = null!;
            public static string text = "";
            public static string[] texts = [];
            public static Tokenizer tokenizer = null!;
            public static Tensor[] frames = [];
            public static IDecoder decoder = null!, otherDecoder = null!;
            public static int[][] prompts = [];
            public static int[] prompt = [];
            public static GenerationSettings settings = null!;
            public static SentenceEncoder encoder = null!;
            public static Tensor tokens = null!, tags = null!;
            public static Variable variable = null!, kernel = null!, bias = null!, averagedKernel = null!, averagedBias = null!;
        }
        """;

    public static TheoryData<string> Members => [.. Examples().Select(example => example.Member)];

    [Fact]
    public void There_are_examples() => Assert.InRange(Examples().Count(), 15, int.MaxValue);

    [Theory]
    [MemberData(nameof(Members))]
    public void An_example_of_the_documentation_compiles(string member)
    {
        foreach ((_, string code) in Examples().Where(example => example.Member == member))
            Compiles(code, Surroundings);
    }

    [Fact]
    public void What_does_not_compile_is_found() =>
        Assert.Contains(Roslyn.Errors("model.Fits(x, y);", Surroundings), error => error.Contains("Fits", StringComparison.Ordinal));

    // That of the project, and that of its packages.
    [Theory]
    [InlineData("README.md")]
    [InlineData("src/README.md")]
    public void The_programs_of_the_readme_compile(string readme)
    {
        string text = File.ReadAllText(Path.Combine(Root(), readme));
        string[] programs = [.. Regex.Matches(text, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(programs);
        // With what a new project has by itself.
        Assert.All(programs, program => Compiles(program, "global using System; global using System.IO; global using System.Linq; global using System.Collections.Generic;"));
    }

    [Fact]
    public void What_the_readme_links_to_is_there_and_that_of_the_packages_links_to_no_file()
    {
        Assert.Empty(Files("src/README.md"));
        Assert.NotEmpty(Files("README.md"));
        Assert.All(Files("README.md"), file => Assert.True(File.Exists(Path.Combine(Root(), file)), file));

        static IEnumerable<string> Files(string readme) => Regex.Matches(File.ReadAllText(Path.Combine(Root(), readme)), @"\]\(([^)]+)\)")
            .Select(match => match.Groups[1].Value).Where(address => !address.StartsWith("https://", StringComparison.Ordinal));
    }

    private static void Compiles(string code, string surroundings)
    {
        IReadOnlyList<string> errors = Roslyn.Errors(code, surroundings);
        Assert.True(errors.Count == 0, $"{string.Join('\n', errors)}\nin\n{code}");
    }

    private static IEnumerable<(string Member, string Code)> Examples() =>
        from library in Roslyn.Libraries
        from member in XDocument.Load(Path.ChangeExtension(library.Location, ".xml")).Descendants("member")
            // The generator of regular expressions documents its members by their patterns.
        where !member.Value.TrimStart().StartsWith("Pattern:", StringComparison.Ordinal)
        from code in member.Descendants("code")
        select (member.Attribute("name")!.Value, code.Value);

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
