using System.Globalization;
using System.Text;
using Laminet.Cli.Texts;
using Laminet.Files;

namespace Laminet.Cli.Runs;

/// <summary>The folder of one training run and the files in it.</summary>
internal sealed class RunFolder
{
    private RunFolder(string path) => FullPath = path;

    public string FullPath { get; }

    /// <summary>The best model so far.</summary>
    public string Model => At("model.laminet");

    /// <summary>The figures of each epoch.</summary>
    public string History => At("history.csv");

    /// <summary>The figures of the epochs of a head, of a run that trains more than it afterwards.</summary>
    public string HeadHistory => At("head.csv");

    /// <summary>What TensorBoard shows, if asked for.</summary>
    public string TensorBoard => At("tensorboard");

    /// <summary>What was asked for.</summary>
    public string Settings => At("settings.json");

    /// <summary>On what it ran.</summary>
    public string Environment => At("environment.json");

    /// <summary>What came out; there only when the run is complete.</summary>
    public string Result => At("result.json");

    private const string CheckpointName = "training.checkpoint";

    /// <summary>The checkpoint from which a run resumes; deleted when the run is complete.</summary>
    public string Checkpoint => At(CheckpointName);

    /// <summary>Makes the folder of a new run, and takes the right to train in it; an existing run is never written over.</summary>
    /// <param name="surroundings">Gives the current directory and the time.</param>
    /// <param name="asked">The folder asked for; null for one of our own choosing.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="data">The data's short name.</param>
    public static (RunFolder Folder, FileLock Held) Create(Surroundings surroundings, string? asked, string model, string data)
    {
        if (asked is null)
            return CreateUnused(surroundings, $"{model}-{data}");
        string path = surroundings.FullPath(asked);
        if (File.Exists(path))
            throw new UsageException($"--out: '{asked}' is a file; expected a new or an empty folder. Choose another name.");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new UsageException($"--out: '{asked}' is not empty; expected a new or an empty folder. Choose another name"
                + (File.Exists(Path.Combine(path, CheckpointName)) ? $", or resume the run in it: {new RunFolder(path).ResumeCommand(surroundings)}" : "."));
        }

        RunFolder folder = Make(path, message => $"--out: {message}");
        return (folder, folder.Hold(surroundings));
    }

    /// <summary>Opens the folder of an earlier run.</summary>
    public static RunFolder Open(Surroundings surroundings, string asked)
    {
        RunFolder folder = new(surroundings.FullPath(asked));
        if (!Directory.Exists(folder.FullPath))
            throw new UsageException($"there is no folder '{asked}'; expected one that 'laminet train' wrote{Known(surroundings)}.");
        if (!File.Exists(folder.Settings))
            throw new UsageException($"'{asked}' is not a run: it has no settings.json; expected a folder that 'laminet train' wrote{Known(surroundings)}.");
        return folder;
    }

    /// <summary>Takes the right to train in the folder, which another process may have that is still running.</summary>
    /// <param name="surroundings">The world outside.</param>
    public FileLock Hold(Surroundings surroundings) => FileLock.TryTake(Lock) ?? throw new UsageException(
        $"the run '{surroundings.Typed(FullPath)}' is being trained by another laminet process. Wait until it ends, or stop it with Ctrl+C and then resume the run.");

    /// <summary>The file of the best model, which a run that was interrupted early does not have yet.</summary>
    public string ModelOrExplain(Surroundings surroundings) => File.Exists(Model) ? Model : throw new UsageException(File.Exists(Result)
        ? $"the run '{surroundings.Typed(FullPath)}' has no model.laminet: what it learned is no network of layers. Its figures are in result.json."
        : $"the run '{surroundings.Typed(FullPath)}' has no model yet: no epoch is done. Resume it first: {ResumeCommand(surroundings)}");

    /// <summary>The command that resumes this run; trainings on texts have their own.</summary>
    public string ResumeCommand(Surroundings surroundings) => $"laminet {(TextSettings.AreIn(Settings) ? "text " : "")}train --resume {surroundings.Typed(FullPath)}";

    /// <summary>Writes a JSON file whole or not at all.</summary>
    public static void Write<T>(string path, T content) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(JsonOutput.Text(content) + "\n")));

    /// <summary>Names the latest runs: most likely one of them was meant.</summary>
    public static string Known(Surroundings surroundings)
    {
        string runs = Path.Combine(surroundings.Directory, "runs");
        string[] latest = !Directory.Exists(runs) ? [] : [.. Directory.EnumerateFiles(runs, "settings.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .OrderByDescending(File.GetLastWriteTimeUtc).Take(3).Select(file => surroundings.Typed(Path.GetDirectoryName(file)!))];
        return latest.Length == 0 ? "" : $". Latest here: {string.Join(", ", latest)}";
    }

    private string Lock => At("run");

    private string At(string name) => Path.Combine(FullPath, name);

    // Two runs that start at the same time may both find a name unused. One of them takes the lock, and the other tries the next name.
    private static (RunFolder Folder, FileLock Held) CreateUnused(Surroundings surroundings, string name)
    {
        string stem = Path.Combine(surroundings.Directory, "runs",
            name + surroundings.Clock.GetLocalNow().ToString("-yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        for (int number = 1; ; number++)
        {
            string path = number == 1 ? stem : $"{stem}-{number}";
            if (Path.Exists(path))
                continue;
            RunFolder folder = Make(path, message => $"{message} Name one with --out.");
            if (FileLock.TryTake(folder.Lock) is not { } held)
                continue;
            if (!File.Exists(folder.Settings))
                return (folder, held);
            // Another run used and left the folder after the check above.
            held.Dispose();
        }
    }

    private static RunFolder Make(string path, Func<string, string> tell)
    {
        try
        {
            AtomicFile.CreateDirectory(path);
        }
        catch (IOException exception)
        {
            throw new UsageException(tell(exception.Message));
        }

        return new RunFolder(path);
    }
}
