using System.Text.RegularExpressions;

namespace Laminet.Tensors.Tests;

public class SourceTests
{
    [Fact]
    public void Unsafe_code_stays_in_kernels_and_runtime()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Laminet.slnx")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("No Laminet.slnx above the test assembly.");
        string[] offenders = [.. Directory.EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !Regex.IsMatch(file, "/(obj|bin)/") && !Regex.IsMatch(file, "^src/Laminet.Tensors/(Kernels|Runtime)/"))
            .Where(file => Regex.IsMatch(File.ReadAllText(Path.Combine(root, file)), @"\bunsafe\b|\bfixed\s*\("))];
        Assert.True(offenders.Length == 0, $"Unsafe code belongs into Kernels or Runtime, behind checks; found it in {string.Join(", ", offenders)}.");
    }
}
