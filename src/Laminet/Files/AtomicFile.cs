namespace Laminet.Files;

/// <summary>
/// Files that are there whole or not at all: written under another name in the same directory, forced to disk, then renamed. A
/// process killed at any moment leaves the old file or the new one.
/// </summary>
public static class AtomicFile
{
    private const int TemporaryDigits = 12;
    private const string TemporaryEnd = ".tmp";

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
        string? temporary = null;
        try
        {
            DeleteAbandoned(target);
            using FileStream stream = OpenTemporary(target, open, out temporary);
            // From the beginning: what a file that others may not read holds, they may not read on the way to it either.
            UnixFileMode? mode = OperatingSystem.IsWindows() || !File.Exists(target) ? null : File.GetUnixFileMode(target);
            // Writable until it is whole: should this process be killed, the next one opens it to find out that no one writes it any more.
            SetMode(stream, mode | UnixFileMode.UserWrite);
            write(stream);
            SetMode(stream, mode);
            stream.Flush(flushToDisk: true);
            // While it is still open: no one may take it for abandoned. The directory itself is not forced to disk: .NET opens no
            // handle on one. So after a loss of power the old file may be back, whole; a loss of the process alone loses nothing.
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception exception)
        {
            if (temporary is not null)
                TryDelete(temporary);
            if (exception is IOException or UnauthorizedAccessException)
                throw new IOException(Explain(path, target, exception) + (File.Exists(target) ? " The old file is as it was." : ""), exception);
            throw;
        }
    }

    /// <summary>Changes a file in place, for example by appending lines. Errors have the messages of <see cref="Write(string, Action{Stream})"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="change">Changes it; receives what a link points at.</param>
    /// <exception cref="IOException">It cannot be changed. The message says why.</exception>
    internal static void InPlace(string path, Action<string> change) => InPlace(path, change, "write");

    /// <summary>Deletes a file if it exists. If the path is a link, its target is deleted: the file that <see cref="Write(string, Action{Stream})"/> wrote.</summary>
    /// <exception cref="IOException">It cannot be deleted. The message says why.</exception>
    internal static void Delete(string path) => InPlace(path, target =>
    {
        if (File.Exists(target))
            File.Delete(target);
    }, "delete");

    /// <summary>A name under which a file is written before it is whole, another one each time: writers do not meet.</summary>
    internal static string TemporaryName(string path) => $"{path}.{Guid.NewGuid().ToString("N")[..TemporaryDigits]}{TemporaryEnd}";

    /// <summary>The full path of the file that is replaced: what a link points at.</summary>
    internal static string Target(string path, string what = "write")
    {
        string full = Path.GetFullPath(path), target = full;
        try
        {
            // Asked about a file that does not exist yet, ResolveLinkTarget throws.
            if (new FileInfo(full).LinkTarget is not null)
                target = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        }
        catch (IOException exception)
        {
            throw new IOException($"Cannot {what} {path}: it is a link that cannot be followed; such links may lead in a circle. Give the name of a file, or delete the link.", exception);
        }

        // Renaming over /dev/null would take the device away from the whole machine.
        return target.StartsWith("/dev/", StringComparison.Ordinal) && !target.StartsWith("/dev/shm/", StringComparison.Ordinal)
            ? throw new IOException($"Cannot {what} {path}: it is a device. Give the name of a file.")
            : target;
    }

    /// <summary>Whether there is a file; not where a link points at one that is not there yet, or not any more.</summary>
    internal static bool Exists(string path) => File.Exists(Target(path, "read"));

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

    /// <summary>Why a file cannot be written, or something else cannot be done to it, and what to do.</summary>
    internal static string Explain(string path, string target, Exception exception, string what = "write")
    {
        string? directory = Path.GetDirectoryName(target);
        string reason = exception switch
        {
            DirectoryNotFoundException => $"the directory {directory} does not exist. Create it first",
            FileNotFoundException => $"{directory} takes no new files. Choose another place",
            _ when Directory.Exists(target) => "it is a directory. Give the name of a file",
            _ => Reason(exception),
        };
        return $"Cannot {what} {path}: {reason}.";
    }

    private static void InPlace(string path, Action<string> change, string what)
    {
        string target = Target(path, what);
        try
        {
            change(target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(Explain(path, target, exception, what), exception);
        }
    }

    // Only where it is another one: file systems that have none give every file the same, and refuse to be asked for it.
    private static void SetMode(FileStream stream, UnixFileMode? mode)
    {
        if (!OperatingSystem.IsWindows() && mode is { } wanted && File.GetUnixFileMode(stream.SafeFileHandle) != wanted)
            File.SetUnixFileMode(stream.SafeFileHandle, wanted);
    }

    // Shared with readers, who may open the file as soon as it is renamed, and not with who would delete it as abandoned. Windows renames an
    // open file only if that right is shared, too.
    private static FileStream OpenNew(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, 1 << 16);

    // Between making a file and locking it, another process may take it for abandoned and delete it: then the next name is tried.
    private static FileStream OpenTemporary(string target, Func<string, FileStream> open, out string temporary)
    {
        const int tries = 5;
        for (int attempt = 1; ; attempt++)
        {
            temporary = TemporaryName(target);
            try
            {
                FileStream stream = open(temporary);
                if (File.Exists(stream.Name))
                    return stream;
                stream.Dispose();
            }
            catch (IOException exception) when (attempt < tries && FileLock.IsHeldByAnother(exception))
            {
                continue;
            }

            if (attempt == tries)
                throw new IOException("other programs delete its temporary files");
        }
    }

    // What processes left that were killed while they wrote. A file that is still being written is locked.
    private static void DeleteAbandoned(string target)
    {
        string directory = Path.GetDirectoryName(target)!, prefix = Path.GetFileName(target) + ".";
        foreach (string file in Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*" + TemporaryEnd) : [])
        {
            string name = Path.GetFileName(file);
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || name.Length != prefix.Length + TemporaryDigits + TemporaryEnd.Length
                || !name[prefix.Length..^TemporaryEnd.Length].All(char.IsAsciiHexDigitLower))
            {
                continue;
            }

            try
            {
                new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another process writes it, or has just renamed it.
            }
        }
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
