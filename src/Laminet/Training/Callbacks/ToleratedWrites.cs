using Laminet.Files;

namespace Laminet.Training.Callbacks;

/// <summary>Writing during training: a full disk must not end it. The first failure is told.</summary>
/// <param name="writer">Who writes, as messages call it.</param>
internal sealed class ToleratedWrites(string writer)
{
    private bool isTold;

    /// <summary>A new training begins: its first failure is told again.</summary>
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
                model.Warn($"{writer}: {exception.Message.TrimEnd('.')}. Training goes on and the next save is tried; further failures are not told.");
            isTold = true;
            return false;
        }
    }

    /// <summary>Deletes a file of a training that is done; one that stays is told each time, as the next training would take it for its own.</summary>
    public void TryDelete(Model model, string path)
    {
        try
        {
            AtomicFile.Delete(path);
        }
        catch (IOException exception)
        {
            model.Warn($"{writer}: {exception.Message.TrimEnd('.')}. Training is done and its result is here; delete the file before you train anew, else that goes on from it.");
        }
    }
}
