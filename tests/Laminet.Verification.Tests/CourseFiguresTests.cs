using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Laminet.Verification.Tests;

/// <summary>docs/course.md says of some commands how many checks they run.</summary>
public class CourseFiguresTests
{
    [Fact]
    public void The_course_says_how_many_checks_hold()
    {
        string page = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "docs", "course.md")));
        MatchCollection rows = Regex.Matches(page, @"`laminet verify ([A-Za-z0-9 ]+)`[^|]*\| ([0-9,]+) checks hold");
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(
            Selection.Of(row.Groups[1].Value.Split(' '), null).Count, int.Parse(row.Groups[2].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
