namespace Laminet.Tests.Saving;

/// <summary>A directory that goes away after the test.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("laminet-test-");

    public string Root => directory.FullName;

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    public IEnumerable<string> Files => directory.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal);

    public void Dispose() => directory.Delete(recursive: true);
}
