namespace Laminet.Files;

/// <summary>
/// An exclusive lock for writing a file, across processes. It prevents two trainings from writing the same file in turns. Callbacks that write files
/// hold such a lock during Fit; a custom training loop can do the same.
/// </summary>
/// <remarks>
/// The lock is an open file with the same name plus ".lock". The operating system closes it when the process ends, so a killed process holds no
/// lock. Reading the file and <see cref="AtomicFile"/> ignore the lock.
/// </remarks>
/// <example><code>
/// using FileLock held = FileLock.Take("gan.checkpoint");
/// </code></example>
public sealed class FileLock : IDisposable
{
    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock of a file. The directory is created.</summary>
    /// <param name="path">The file. It does not need to exist.</param>
    /// <exception cref="IOException">The lock is taken, or the lock file cannot be created.</exception>
    public static FileLock Take(string path) => TryTake(path) ?? throw new IOException(
        $"Cannot write {path}: another training or callback, in this program or in another one, is writing it. Give each its own file, or wait until the other has ended.");

    /// <summary>Takes the lock of a file as <see cref="Take"/> does. Returns null if the lock is taken.</summary>
    /// <inheritdoc cref="Take"/>
    public static FileLock? TryTake(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = AtomicFile.Target(path), name = target + ".lock";
        AtomicFile.CreateDirectory(Path.GetDirectoryName(target)!);
        if (Directory.Exists(name))
            throw new IOException($"Cannot write {path}: there is a directory {name}, where the file has to be that keeps other writers away. Give the directory another name, or choose another place.");
        try
        {
            // Opened in this way, .NET itself finds out that the last holder has just deleted the file.
            return new FileLock(new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(AtomicFile.Explain($"{name}, which keeps other writers of {path} away", name, exception), exception);
        }
    }

    /// <summary>Whether a file could not be opened because another one has it: EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.</summary>
    internal static bool IsHeldByAnother(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>Takes the right to write several files: all or none.</summary>
    internal static Several TakeAll(IEnumerable<string?> paths)
    {
        Several locks = new();
        try
        {
            foreach (string path in paths.OfType<string>())
                locks.Add(Take(path));
        }
        catch
        {
            locks.Dispose();
            throw;
        }

        return locks;
    }

    /// <summary>Gives the right back.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>Locks that end together.</summary>
    internal sealed class Several : List<FileLock>, IDisposable
    {
        public void Dispose() => ForEach(one => one.Dispose());
    }
}
