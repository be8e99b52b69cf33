namespace Laminet.Files;

/// <summary>
/// The right to write a file for longer than a moment, of which one holder in all programs has one: two trainings that wrote one file in turns
/// would leave a mixture. Callbacks that write files hold theirs during Fit; a loop of your own may do the same.
/// </summary>
/// <remarks>
/// An open file beside the other, with ".lock" after its name, which the system closes with the program that opened it: a program that was killed
/// holds nothing. Reading the file, and <see cref="AtomicFile"/>, do not ask for it.
/// </remarks>
/// <example><code>
/// using FileLock held = FileLock.Take("gan.checkpoint");
/// </code></example>
public sealed class FileLock : IDisposable
{
    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Takes the right to write a file. Its directory is made.</summary>
    /// <param name="path">The file; it need not be there.</param>
    /// <exception cref="IOException">Another one has it, or none can be taken there.</exception>
    public static FileLock Take(string path) => TryTake(path) ?? throw new IOException(
        $"Cannot write {path}: another training or callback, in this program or in another one, is writing it. Give each its own file, or wait until the other has ended.");

    /// <summary>Takes the right to write a file, as <see cref="Take"/> does; null where another one has it.</summary>
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
