using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Laminet.Data;

/// <summary>A sequence read ahead by a thread. Disposing it stops the thread and waits for the element it is working on.</summary>
internal sealed class PrefetchQueue : IDisposable
{
    private readonly Shared shared;
    private readonly Thread thread;

    public PrefetchQueue(IEnumerable<Batch> batches, int capacity)
    {
        Shared state = shared = new Shared(capacity);
        // The thread must not hold this object, or the finalizer below could never run.
        thread = new Thread(() => state.Fill(batches)) { IsBackground = true, Name = "Laminet prefetch" };
        thread.Start();
    }

    // For an enumerator that a caller stepped by hand and never disposed: its thread must not wait for ever.
    ~PrefetchQueue() => shared.Stop.Cancel();

    public bool TryTake([NotNullWhen(true)] out Batch? batch)
    {
        if (shared.Ready.TryTake(out batch, Timeout.Infinite))
            return true;
        shared.Failure?.Throw();
        return false;
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        shared.Stop.Cancel();
        thread.Join();
        shared.Dispose();
    }

    private sealed class Shared(int capacity) : IDisposable
    {
        public BlockingCollection<Batch> Ready { get; } = new(capacity);

        public CancellationTokenSource Stop { get; } = new();

        public ExceptionDispatchInfo? Failure { get; private set; }

        public void Fill(IEnumerable<Batch> batches)
        {
            try
            {
                foreach (Batch batch in batches)
                    Ready.Add(batch, Stop.Token);
            }
            catch (OperationCanceledException) when (Stop.IsCancellationRequested)
            {
                // The reader has gone.
            }
            catch (Exception exception)
            {
                Failure = ExceptionDispatchInfo.Capture(exception);
            }
            finally
            {
                Ready.CompleteAdding();
            }
        }

        public void Dispose()
        {
            Ready.Dispose();
            Stop.Dispose();
        }
    }
}
