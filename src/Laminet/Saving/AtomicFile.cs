namespace Laminet.Saving;

/// <summary>
/// Files that are there whole or not at all: written under another name in the same directory, forced to disk, then renamed. A
/// process killed at any moment leaves the old file or the new one.
/// </summary>
public static class AtomicFile
{
    // What .NET has no exceptions of their own for: the numbers of Linux and macOS (ENOSPC, EROFS), and those of Windows (ERROR_DISK_FULL,
    // ERROR_WRITE_PROTECT).
    private const int DiskFull = 28, ReadOnly = 30, WindowsDiskFull = unchecked((int)0x80070070), WindowsReadOnly = unchecked((int)0x80070013);

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; replaced if it exists. Through a link, what it points at is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It cannot be written. The message says why; the old file is as it was.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, OpenNew);

    /// <summary>Writes a file through a stream of the caller's making; tests pass one that fails.</summary>
    internal static void Write(string path, Action<Stream> write, Func<string, FileStream> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Target(path);
        // One fixed name, so that processes killed here do not leave ever more files: the next one writes over it.
        string temporary = TemporaryName(target);
        bool opened = false;
        try
        {
            using (FileStream stream = open(temporary))
            {
                opened = true;
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            // The directory itself is not forced to disk: .NET opens no handle on one. So after a loss of power the old file may
            // be back, whole; a loss of the process alone loses nothing.
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception exception)
        {
            // A file that could not be opened may belong to another process that is writing it.
            if (opened)
                TryDelete(temporary);
            if (exception is IOException or UnauthorizedAccessException)
                throw new IOException(Explain(path, target, exception), exception);
            throw;
        }
    }

    /// <summary>The name under which a file is written before it is whole.</summary>
    internal static string TemporaryName(string path) => path + ".tmp";

    private static FileStream OpenNew(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);

    private static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        // Renaming over /dev/null would take the device away from the whole machine.
        if (full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal))
            throw new IOException($"Cannot write {path}: it is a device. Give the name of a file.");
        // Asked about a file that does not exist yet, ResolveLinkTarget throws.
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    /// <summary>Makes a directory and those it lies in; does nothing where it exists.</summary>
    /// <exception cref="IOException">It cannot be made. The message says why.</exception>
    public static void CreateDirectory(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string? parent = Path.GetFullPath(path);
            while (parent is not null && !Path.Exists(parent))
                parent = Path.GetDirectoryName(parent);
            string reason = File.Exists(parent) ? $"{parent} is a file. Choose another name"
                // As /proc does, which has only what the system puts there.
                : exception is FileNotFoundException or DirectoryNotFoundException ? $"{parent} takes no new directories. Choose another place"
                : Reason(exception);
            throw new IOException($"Cannot make the directory {path}: {reason}.", exception);
        }
    }

    private static string Explain(string path, string target, Exception exception)
    {
        string? directory = Path.GetDirectoryName(target);
        string reason = exception switch
        {
            DirectoryNotFoundException => $"the directory {directory} does not exist. Create it first",
            FileNotFoundException => $"{directory} takes no new files. Choose another place",
            _ when Directory.Exists(target) => "it is a directory. Give the name of a file",
            _ => Reason(exception),
        };
        return $"Cannot write {path}: {reason}." + (File.Exists(target) ? " The old file is as it was." : "");
    }

    private static string Reason(Exception exception) => exception switch
    {
        UnauthorizedAccessException => $"no permission to write there ({exception.Message.TrimEnd('.')}). Choose another place or change the permission",
        { HResult: ReadOnly or WindowsReadOnly } => "the file system there is read-only. Choose another place",
        { HResult: DiskFull or WindowsDiskFull } => $"{exception.Message.TrimEnd('.')}; free some space and save again",
        _ => $"{exception.Message.TrimEnd('.')}. Choose another place, or try again",
    };

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The reason why the file could not be written is the one to tell.
        }
    }
}
