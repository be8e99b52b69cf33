using System.Runtime.ExceptionServices;

namespace Laminet.Data;

/// <summary>Maps a sequence on several threads and gives the results in order.</summary>
internal static class OrderedParallel
{
    // Results that wait for an earlier one, for each item in work: else all threads would wait for one that takes long.
    private const int Ahead = 2;

    // A function that blocks on asynchronous code occupies a worker. If its continuations were sent to the workers too, they would wait for that worker for ever.
    private const TaskCreationOptions Options = TaskCreationOptions.DenyChildAttach | TaskCreationOptions.HideScheduler;

    /// <summary>
    /// The results in the order of the items. An exception, be it the function's or the sequence's, arrives after the results of all
    /// items before it, just as on one thread. Stopping early waits for what is running and starts nothing more.
    /// </summary>
    public static IEnumerable<TResult> Select<T, TResult>(IEnumerable<T> items, Func<T, TResult> function, int parallelism) =>
        parallelism == 1 ? items.Select(function) : SelectParallel(items, function, parallelism);

    private static IEnumerable<TResult> SelectParallel<T, TResult>(IEnumerable<T> items, Func<T, TResult> function, int parallelism)
    {
        using CancellationTokenSource stop = new();
        using IEnumerator<T> source = items.GetEnumerator();
        TaskScheduler workers = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, parallelism).ConcurrentScheduler;
        Queue<Task<TResult>> running = new(parallelism * Ahead);
        try
        {
            ExceptionDispatchInfo? failure = null;
            bool more = true;
            while (more || running.Count > 0)
            {
                while (more && running.Count < parallelism * Ahead)
                {
                    more = TryMoveNext(source, out failure);
                    if (more)
                    {
                        T item = source.Current;
                        running.Enqueue(Task.Factory.StartNew(() => function(item), stop.Token, Options, workers));
                    }
                }

                if (running.TryDequeue(out Task<TResult>? next))
                    yield return next.GetAwaiter().GetResult();
            }

            failure?.Throw();
        }
        finally
        {
            stop.Cancel();
            foreach (Task<TResult> task in running)
                Abandon(task);
        }
    }

    private static bool TryMoveNext<T>(IEnumerator<T> source, out ExceptionDispatchInfo? failure)
    {
        failure = null;
        try
        {
            return source.MoveNext();
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
            return false;
        }
    }

    private static void Abandon(Task task)
    {
        try
        {
            task.Wait();
        }
        catch (AggregateException)
        {
            // No code will read this result, so its failure is ignored.
        }
    }
}
