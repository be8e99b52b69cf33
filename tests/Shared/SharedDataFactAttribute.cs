namespace Laminet.Tests.Shared;

/// <summary>
/// A test on data that lies beside the repository and not in it. It is looked for under the folder that LAMINET_SHARED names, or in
/// a sibling folder `shared` of the repository; where it is absent the test is skipped and says so.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string path)
    {
        if (Find(path) is null)
            Skip = $"The data folder '{path}' is not here. Set LAMINET_SHARED to the folder that holds it.";
    }

    /// <summary>Where the data lies; null if it is absent.</summary>
    public static string? Find(string path)
    {
        if (Environment.GetEnvironmentVariable("LAMINET_SHARED") is { Length: > 0 } named)
            return Existing(Path.Combine(named, path));
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Laminet.slnx")))
            folder = folder.Parent;
        return folder?.Parent is { } beside ? Existing(Path.Combine(beside.FullName, "shared", path)) : null;
    }

    private static string? Existing(string path) => Directory.Exists(path) || File.Exists(path) ? path : null;
}
