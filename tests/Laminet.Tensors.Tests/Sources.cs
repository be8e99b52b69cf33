using System.Text.RegularExpressions;

namespace Laminet.Tensors.Tests;

/// <summary>A file of the project's source.</summary>
/// <param name="Path">From the root on, with slashes.</param>
/// <param name="Text">All of it.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The text without comments and strings.</summary>
    public string Code { get; } = Regex.Replace(Text, @"//[^\n]*|""(?:\\.|[^""\\\n])*""", " ");
}

/// <summary>The project's own source, for tests of its order.</summary>
internal static class Sources
{
    private static string Root
    {
        get
        {
            string root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "Laminet.slnx")))
                root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("No Laminet.slnx above the test assembly.");
            return root;
        }
    }

    /// <summary>The files in and below a folder.</summary>
    public static IEnumerable<SourceFile> Under(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !Regex.IsMatch(file, "/(obj|bin)/"))
            .Order(StringComparer.Ordinal)
            .Select(file => new SourceFile(file, File.ReadAllText(Path.Combine(Root, file))));
}
