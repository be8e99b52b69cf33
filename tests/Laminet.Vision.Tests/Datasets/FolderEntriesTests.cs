using Laminet.Vision.Datasets;

namespace Laminet.Vision.Tests.Datasets;

public class FolderEntriesTests
{
    [Fact]
    public void Linux_and_NET_list_the_same()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.Of("a.png"), "");
        Directory.CreateDirectory(folder.Of("folder"));
        File.CreateSymbolicLink(folder.Of("link.png"), folder.Of("a.png"));
        File.CreateSymbolicLink(folder.Of("lost.png"), folder.Of("nowhere"));
        Directory.CreateSymbolicLink(folder.Of("linked"), folder.Of("folder"));
        (string, bool)[] expected = [("a.png", false), ("folder", true), ("link.png", false), ("linked", false), ("lost.png", false)];
        Assert.Equal(expected, FolderEntries.Of(folder.Path).OrderBy(entry => entry.Name, StringComparer.Ordinal));
        Assert.Equal(expected, FolderEntries.Elsewhere(folder.Path).OrderBy(entry => entry.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_is_open_only_while_it_is_enumerated()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.Of("a.png"), "");
        File.WriteAllText(folder.Of("b.png"), "");
        foreach (Func<string, IEnumerable<(string, bool)>> list in (Func<string, IEnumerable<(string, bool)>>[])[FolderEntries.Of, FolderEntries.Elsewhere])
        {
            IEnumerable<(string, bool)> entries = list(folder.Path);
            Assert.Equal(0, Open(folder.Path));
            using (IEnumerator<(string, bool)> enumerator = entries.GetEnumerator())
            {
                Assert.True(enumerator.MoveNext());
                Assert.Equal(OperatingSystem.IsLinux() ? 1 : 0, Open(folder.Path));
            }

            Assert.Equal(0, Open(folder.Path));
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        using TemporaryFolder folder = new();
        foreach (Func<string, IEnumerable<(string, bool)>> list in (Func<string, IEnumerable<(string, bool)>>[])[FolderEntries.Of, FolderEntries.Elsewhere])
            Assert.Contains(folder.Of("gone"), Assert.Throws<DirectoryNotFoundException>(() => list(folder.Of("gone")).Count()).Message, StringComparison.Ordinal);
    }

    // How often this process holds the folder open; known on Linux alone.
    private static int Open(string folder) => OperatingSystem.IsLinux()
        ? new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(handle => handle.LinkTarget == folder)
        : 0;
}
