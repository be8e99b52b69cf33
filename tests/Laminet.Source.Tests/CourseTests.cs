using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Laminet.Source.Tests;

/// <summary>docs/course.md names files, classes and commands that exist, each sample has a row, and each row a figure.</summary>
public class CourseTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "course.md"));

    [Fact]
    public void Its_links_lead_to_files()
    {
        MatchCollection links = Regex.Matches(Page, @"\]\(([^)]+)\)");
        Assert.NotEmpty(links);
        None(links.Select(link => link.Groups[1].Value).Where(target => !File.Exists(Path.Combine(Root(), "docs", target))));
    }

    [Fact]
    public void Every_sample_has_a_row() =>
        None(Directory.GetFiles(Path.Combine(Root(), "samples"), "*.cs").Select(Path.GetFileName).Where(name => !Page.Contains($"[{name}](../samples/{name})", StringComparison.Ordinal)));

    [Fact]
    public void Every_row_shows_something_or_says_not_yet()
    {
        Assert.True(Rows.Length > 30);
        None(Rows.Where(row => Cells(row) is not [_, var shown, _] || !(shown.Contains('`', StringComparison.Ordinal) || shown.Contains("](", StringComparison.Ordinal) || shown.Contains("not yet", StringComparison.Ordinal))));
    }

    [Fact]
    public void No_cell_is_empty() => None(Rows.Where(row => Cells(row).Any(string.IsNullOrWhiteSpace)));

    [Fact]
    public void The_classes_it_names_exist()
    {
        HashSet<string> files = [.. new[] { "src", "tests" }.SelectMany(Sources).Select(path => Path.GetFileNameWithoutExtension(path))];
        None(Regex.Matches(Page, "`([A-Z][A-Za-z0-9]+)`").Select(name => name.Groups[1].Value).Where(name => !files.Contains(name)));
    }

    /// <summary>A command, its options, and what it is given: a model, a class, or a word in capitals that stands for what the reader has.</summary>
    [Fact]
    public void The_commands_it_names_exist()
    {
        string[] sources = Sources("src");
        HashSet<string> files = [.. sources.Select(path => Path.GetFileNameWithoutExtension(path))];
        string contents = string.Concat(sources.Select(File.ReadAllText));
        MatchCollection commands = Regex.Matches(Page, "`laminet ([^`]+)`");
        Assert.NotEmpty(commands);
        None(commands.Where(command => !Exists(command.Groups[1].Value.Split(' ', ','))).Select(command => command.Value));

        bool Exists(string[] words)
        {
            // Of a group of commands, such as text, the second word is the command.
            int length = words.Length > 1 && Directory.GetFiles(Goldens, $"help-{words[0]}-*.txt").Length > 0 ? 2 : 1;
            string page = Path.Combine(Goldens, $"help-{string.Join('-', words.Take(length))}.txt");
            return File.Exists(page) && File.ReadAllText(page) is var help && words.Skip(length).All(word => word.StartsWith("--", StringComparison.Ordinal)
                ? Regex.IsMatch(help, $@"{word}\b")
                : !word.Any(char.IsLower) || files.Contains(word) || contents.Contains($"\"{word}\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_verbs_and_files_of_the_bench_that_it_names_exist()
    {
        string verbs = Regex.Match(File.ReadAllText(Path.Combine(Root(), "bench", "Options.cs")), @"Verbs = \[(.+)\]").Groups[1].Value;
        Assert.Contains("\"kernels\"", verbs, StringComparison.Ordinal);
        None(Regex.Matches(Page, "bench -- ([a-z-]+)").Select(verb => verb.Groups[1].Value).Where(verb => !verbs.Contains($"\"{verb}\"", StringComparison.Ordinal)));
        None(Regex.Matches(Page, @"bench/[\w/]+\.\w+").Select(file => file.Value).Where(file => !File.Exists(Path.Combine(Root(), file))));
    }

    private static string[] Rows { get; } = [.. Page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| what", StringComparison.Ordinal))];

    private static string Goldens { get; } = Path.Combine(Root(), "tests", "Laminet.Cli.Tests", "Golden");

    private static string[] Cells(string row) => row.Trim().Trim('|').Split('|');

    private static string[] Sources(string folder) => Directory.GetFiles(Path.Combine(Root(), folder), "*.cs", SearchOption.AllDirectories);

    private static void None(IEnumerable<string?> offenders) => Assert.Equal("", string.Join('\n', offenders));

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
