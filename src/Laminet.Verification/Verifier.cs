namespace Laminet.Verification;

/// <summary>Runs checks, several at a time: most are too small for more than one thread.</summary>
internal static class Verifier
{
    /// <summary>Runs checks and gives their outcomes in the order of the checks.</summary>
    /// <param name="checks">The checks.</param>
    /// <param name="depth">How much each does.</param>
    /// <param name="done">Called after each check, on the thread that ran it, with the number of checks that are done.</param>
    /// <param name="cancellation">Ends the run between two checks.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<Outcome> Run(IReadOnlyList<Check> checks, Depth depth, Action<int> done, CancellationToken cancellation)
    {
        Outcome[] outcomes = new Outcome[checks.Count];
        int count = 0;
        // Without buffers: a slow check at the end of one thread's share would leave the others idle.
        Parallel.ForEach(
            System.Collections.Concurrent.Partitioner.Create(Enumerable.Range(0, checks.Count), System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Engine.Threads, CancellationToken = cancellation },
            place =>
            {
                outcomes[place] = Run(checks[place], depth);
                // One at a time, so that a count is never told after a higher one.
                lock (outcomes)
                    done(++count);
            });
        return outcomes;
    }

    private static Outcome Run(Check check, Depth depth)
    {
        long start = TimeProvider.System.GetTimestamp();
        string? failure = null;
        try
        {
            check.Run(depth);
        }
        catch (VerificationException exception)
        {
            failure = exception.Message;
        }
#pragma warning disable CA1031 // Whatever a subject throws is a failure of its check, and the other checks go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = $"it threw a {exception.GetType().Name}: {exception.Message}";
        }

        return new Outcome(check, failure, TimeProvider.System.GetElapsedTime(start));
    }
}
