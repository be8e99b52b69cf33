namespace Laminet.Cli.Tests;

/// <summary>Help is part of the product: a changed page is a changed golden file. LAMINET_GOLDEN=FOLDER writes them anew.</summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("laminet")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("explain")]
    [InlineData("filters")]
    [InlineData("plot")]
    [InlineData("augment")]
    [InlineData("summary")]
    [InlineData("inspect")]
    [InlineData("graph")]
    [InlineData("profile")]
    [InlineData("verify")]
    [InlineData("models")]
    [InlineData("data")]
    [InlineData("data list")]
    [InlineData("data info")]
    [InlineData("tokenizer")]
    [InlineData("tokenizer train")]
    [InlineData("tokenizer encode")]
    [InlineData("text")]
    [InlineData("text train")]
    [InlineData("text generate")]
    [InlineData("text predict")]
    [InlineData("text embed")]
    [InlineData("text evaluate")]
    public void Help_is_as_agreed(string command)
    {
        using CommandLine line = new();
        string[] words = command == "laminet" ? [] : command.Split(' ');
        string help = line.Run([.. words, "--help"]).Expect(0).Output.ReplaceLineEndings("\n");
        // System.CommandLine pads its columns.
        help = string.Join('\n', help.Split('\n').Select(text => text.TrimEnd()));
        string name = $"help-{command.Replace(' ', '-')}.txt";
        if (Environment.GetEnvironmentVariable("LAMINET_GOLDEN") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, name), help);

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name)).ReplaceLineEndings("\n"), help);
    }

    [Fact]
    public void Without_a_command_there_is_help()
    {
        using CommandLine line = new();

        Assert.Equal(line.Run("--help").Output, line.Run().Expect(0).Output);
        Assert.Equal(line.Run("data", "--help").Output, line.Run("data").Expect(0).Output);
    }

    [Fact]
    public void Help_comes_before_mistakes()
    {
        using CommandLine line = new();

        Assert.Equal(line.Run("train", "--help").Output, line.Run("train", "--epochs", "x", "--help").Expect(0).Output);
    }

    [Fact]
    public void The_version_is_one_line()
    {
        using CommandLine line = new();

        Assert.Equal($"laminet 0.1.0{Environment.NewLine}", line.Run("--version").Expect(0).Output);
    }
}
