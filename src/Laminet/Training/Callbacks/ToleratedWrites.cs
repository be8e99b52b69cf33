using Laminet.Files;

namespace Laminet.Training.Callbacks;

/// <summary>Writes during training. A failed write, as on a full disk, does not end training; the first failure is a warning.</summary>
/// <param name="writer">The name of the callback in messages.</param>
internal sealed class ToleratedWrites(string writer)
{
    private bool isTold;

    /// <summary>Starts a new training: its first failure is a warning again.</summary>
    public void Reset() => isTold = false;

    /// <summary>Writes; false if that failed.</summary>
    public bool Try(Model model, Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!isTold)
                model.Warn($"{writer}: {exception.Message.TrimEnd('.')}. Training continues and the next save is tried; further failures give no warning.");
            isTold = true;
            return false;
        }
    }

    /// <summary>Deletes a file of a completed training. If that fails, it always warns, because the next training would resume from the file.</summary>
    public void TryDelete(Model model, string path)
    {
        try
        {
            AtomicFile.Delete(path);
        }
        catch (IOException exception)
        {
            model.Warn($"{writer}: {exception.Message.TrimEnd('.')}. Training is complete. Delete the file before you train again; otherwise the next training resumes from it.");
        }
    }
}
