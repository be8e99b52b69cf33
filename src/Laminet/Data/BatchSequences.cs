namespace Laminet.Data;

/// <summary>A sequence of batches, in its order. Each epoch enumerates it again.</summary>
internal sealed class SequenceDataset(IEnumerable<Batch> batches) : Dataset
{
    public override int? Count => batches.TryGetNonEnumeratedCount(out int count) ? count : null;

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip) =>
        batches.Skip(skip).Select((batch, place) => batch ?? throw new ArgumentException($"The data returned null as batch {skip + place}. Give a Batch for every step."));
}

/// <summary>Batches that come asynchronously: the reader's thread waits for each.</summary>
internal sealed class AsyncSequenceDataset(IAsyncEnumerable<Batch> batches) : Dataset
{
    public override int? Count => null;

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip)
    {
        IAsyncEnumerator<Batch> enumerator = batches.GetAsyncEnumerator();
        try
        {
            // On the thread pool, where no synchronisation context waits for the reader's thread.
            while (Task.Run(() => enumerator.MoveNextAsync().AsTask()).GetAwaiter().GetResult())
            {
                if (skip > 0)
                    skip--;
                else
                    yield return enumerator.Current;
            }
        }
        finally
        {
            Task.Run(() => enumerator.DisposeAsync().AsTask()).GetAwaiter().GetResult();
        }
    }
}
