namespace Laminet.KillTest;

/// <summary>The trainings that are killed.</summary>
public static class Workers
{
    /// <summary>Fit, with all callbacks that remember something.</summary>
    public const string Fit = "fit";

    /// <summary>A loop of its own: two networks, two optimizers, a random stream, in one compiled step.</summary>
    public const string Loop = "loop";

    /// <summary>Fit, with the callbacks that write for TensorBoard and Weights &amp; Biases.</summary>
    public const string Watched = "watched";

    /// <summary>Trains, going on from where a killed run left off in the directory, and gives a digest of all it ended in.</summary>
    public static string Run(string kind, string directory) => kind switch
    {
        Loop => LoopWorker.Run(directory),
        Watched => WatchedWorker.Run(directory),
        _ => FitWorker.Run(directory),
    };
}
