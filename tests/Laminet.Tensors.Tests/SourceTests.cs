using System.Text.RegularExpressions;

namespace Laminet.Tensors.Tests;

public class SourceTests
{
    [Fact]
    public void Unsafe_code_stays_in_kernels_and_runtime()
    {
        string[] offenders = [.. Sources.Under("src")
            .Where(source => !Regex.IsMatch(source.Path, "^src/Laminet.Tensors/(Kernels|Runtime)/") && Regex.IsMatch(source.Text, @"\bunsafe\b|\bfixed\s*\("))
            .Select(source => source.Path)];
        Assert.True(offenders.Length == 0, $"Unsafe code belongs into Kernels or Runtime, behind checks; found it in {string.Join(", ", offenders)}.");
    }

    [Fact]
    public void No_file_is_long()
    {
        string[] offenders = [.. Sources.Under("src").Select(source => (source.Path, Lines: source.Text.Count(letter => letter == '\n'))).Where(file => file.Lines > 400).Select(file => $"{file.Path} ({file.Lines})")];
        Assert.True(offenders.Length == 0, $"Files of more than 400 lines: {string.Join(", ", offenders)}. Split them by what they are about.");
    }

    // What the compiler itself makes, and two classes of operations: all that can stand in a chain, all that have a body.
    private static readonly HashSet<string> NamedByPasses = ["Copy", "Fused", "Elementwise", "Block"];

    /// <summary>Passes ask a primitive's rules (Primitive.Rules.cs), so that a new operation needs no change in any of them.</summary>
    [Fact]
    public void No_pass_names_an_operation()
    {
        string[] operations = [.. typeof(Primitive).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Primitive))).Select(type => type.Name)];
        Assert.Contains("Convolution", operations);
        List<string> failures = [];
        foreach (SourceFile source in Sources.Under("src/Laminet.Tensors/Compilation/Passes"))
        {
            // A name after a point is a method's or a member's.
            string[] named = [.. operations.Where(name => Regex.IsMatch(source.Code, $@"(?<![.\w]){name}\b")).Except(NamedByPasses).Order()];
            if (named.Length > 0)
                failures.Add($"{source.Path} names {string.Join(", ", named)}. Write a rule of the operation instead.");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
