using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text;

namespace Laminet.Vision.Datasets;

/// <summary>
/// What lies in one folder: names, and which are folders. On Linux the system's readdir says both at once; .NET also looks up the target of each link, which takes minutes for a million links on a slow
/// file system.
/// </summary>
internal static class FolderEntries
{
    // struct dirent of 64-bit Linux, in glibc and musl: number (8), offset (8), length (2), kind (1), name.
    private const int KindAt = 18, NameAt = 19, Unknown = 0, Folder = 4;

    /// <summary>Names and kinds in the order of the file system. A link is no folder. The folder is open only while the caller enumerates.</summary>
    /// <exception cref="IOException">The folder cannot be read, or not to its end.</exception>
    public static IEnumerable<(string Name, bool IsFolder)> Of(string folder) =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess ? OnLinux(folder) : Elsewhere(folder);

    private static IEnumerable<(string, bool)> OnLinux(string folder)
    {
        nint handle = opendir(Encoding.UTF8.GetBytes(folder + '\0'));
        if (handle == 0)
        {
            // With .NET's exception, which says why.
            foreach ((string, bool) entry in Elsewhere(folder))
                yield return entry;
            yield break;
        }

        try
        {
            while (true)
            {
                nint entry = readdir(handle);
                if (entry == 0)
                {
                    // readdir returns the same at the end and after an error.
                    int error = Marshal.GetLastPInvokeError();
                    if (error != 0)
                        throw new IOException($"The folder {folder} was not read to its end: {Marshal.GetPInvokeErrorMessage(error)}.");
                    yield break;
                }

                string name = Marshal.PtrToStringUTF8(entry + NameAt)!;
                int kind = Marshal.ReadByte(entry, KindAt);
                if (name is not ("." or ".."))
                    yield return (name, kind == Folder || (kind == Unknown && IsFolder(Path.Combine(folder, name))));
            }
        }
        finally
        {
            _ = closedir(handle);
        }
    }

    // An iterator: FileSystemEnumerable opens the folder when it is made, and closes it only at the end of an enumeration.
    internal static IEnumerable<(string Name, bool IsFolder)> Elsewhere(string folder)
    {
        foreach ((string, bool) entry in new FileSystemEnumerable<(string, bool)>(
            folder, (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
            new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }))
        {
            yield return entry;
        }
    }

    private static bool IsFolder(string path) => Directory.Exists(path) && !File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint opendir(byte[] path);

    // With SetLastError the runtime sets errno to 0 before the call.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint readdir(nint folder);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int closedir(nint folder);
}
