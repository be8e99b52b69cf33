namespace Laminet.Vision.Datasets;

/// <summary>The image files in a folder.</summary>
internal static class FolderListing
{
    /// <summary>What is taken for an image where nothing else is said.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>Adds the files of a folder. Hidden files, whose names begin with a point, are left out; links to folders are not followed, since they may lead in a circle.</summary>
    /// <param name="root">What the paths are relative to.</param>
    /// <param name="folder">The folder in it, or empty for all of it.</param>
    /// <param name="extensions">The ends of the names, in any case.</param>
    /// <param name="recursive">Whether folders in the folder are read too.</param>
    /// <param name="paths">Receives them.</param>
    public static void Add(string root, string folder, IReadOnlyList<string> extensions, bool recursive, PathList.Builder paths)
    {
        foreach ((string name, bool isFolder) in FolderEntries.Of(Path.GetFullPath(Path.Combine(root, folder))))
        {
            if (name[0] == '.')
                continue;
            if (!isFolder && HasExtension(name, extensions))
                paths.Add(folder, name);
            else if (isFolder && recursive)
                Add(root, folder.Length == 0 ? name : $"{folder}/{name}", extensions, recursive, paths);
        }
    }

    /// <summary>The names of the folders in a folder, sorted as Python sorts.</summary>
    public static string[] Folders(string root)
    {
        string[] names = [.. new DirectoryInfo(root).EnumerateDirectories().Select(folder => folder.Name).Where(name => name[0] != '.')];
        Array.Sort(names, (a, b) => System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b)));
        return names;
    }

    /// <summary>Checks that a folder is there.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not.</exception>
    public static void Require(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(File.Exists(folder)
                ? $"Received the folder {folder}; it is a file. Give the folder that holds the images, or use Image.Read."
                : $"Received the folder {folder}; there is no such folder. Check the path; it is taken from {Directory.GetCurrentDirectory()}.");
        }
    }

    /// <summary>Checks the ends of names.</summary>
    /// <exception cref="ArgumentException">One has no point.</exception>
    public static IReadOnlyList<string> Checked(IReadOnlyList<string>? extensions) => (extensions ?? Extensions) is var list && list.FirstOrDefault(one => one is not ['.', _, ..]) is { } wrong
        ? throw new ArgumentException($"Received the extension '{wrong}'; expected one with its point, such as \".jpg\".", nameof(extensions))
        : list;

    private static bool HasExtension(ReadOnlySpan<char> name, IReadOnlyList<string> extensions)
    {
        for (int i = 0; i < extensions.Count; i++)
        {
            if (name.EndsWith(extensions[i], StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
