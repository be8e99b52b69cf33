using System.Text;

namespace Laminet.Text.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("laminet-text-").FullName;

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        // Halves of surrogate pairs become U+FFFD.
        File.WriteAllBytes(Of(name), Encoding.UTF8.GetBytes(text));
        return Of(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
