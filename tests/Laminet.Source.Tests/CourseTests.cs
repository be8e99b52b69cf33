using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Laminet.Source.Tests;

/// <summary>docs/course.md names files and types that exist, and each sample has a row.</summary>
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
        string[] rows = [.. Page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| what", StringComparison.Ordinal))];
        Assert.True(rows.Length > 30);
        None(rows.Where(row => row.Split('|')[2] is var shown && !shown.Contains('`', StringComparison.Ordinal) && !shown.Contains("](", StringComparison.Ordinal) && !shown.Contains("not yet", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_classes_it_names_exist()
    {
        string[] sources = [.. Directory.GetFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)!)];
        foreach (Match name in Regex.Matches(Page, "`([A-Z][A-Za-z0-9]+)`"))
            Assert.True(sources.Contains(name.Groups[1].Value) || name.Groups[1].Value.EndsWith("Tests", StringComparison.Ordinal), $"docs/course.md names {name.Value}, which no file of src defines.");
    }

    private static void None(IEnumerable<string?> offenders) => Assert.Equal("", string.Join('\n', offenders));

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
