namespace Laminet.Data;

/// <summary>
/// Epochs of a given number of elements. An epoch continues in the data where the previous one ended, and the data starts again at its end.
/// </summary>
internal sealed class StepsDataset(Dataset upstream, int steps) : Dataset, IDisposable
{
    // Where the last reader stopped, so that the next epoch need not read a stream from its beginning. Taken by one reader.
    private Position? resting;

    public override int? Count => steps;

    internal override DatasetSize Size => upstream.Size with { Elements = steps };

    /// <summary>Ends the reading of the data, with its files and threads.</summary>
    public void Dispose() => Interlocked.Exchange(ref resting, null)?.Batches.Dispose();

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip)
    {
        if (skip >= steps)
            yield break;
        long at = ((long)epoch * steps) + skip, end = ((long)epoch + 1) * steps;
        Position? rested = Interlocked.Exchange(ref resting, null);
        if (rested?.Next != at)
        {
            rested?.Batches.Dispose();
            rested = null;
        }

        Position position = rested ?? Find(at);
        try
        {
            for (; at < end; at++)
            {
                Batch batch = Read(position);
                position.Next = at + 1;
                yield return batch;
            }
        }
        finally
        {
            Interlocked.Exchange(ref resting, position)?.Batches.Dispose();
        }
    }

    private Position Find(long at)
    {
        if (upstream.Count is { } each and > 0)
            return new Position(Open((int)(at / each), (int)(at % each))) { Pass = (int)(at / each), Next = at };
        if (upstream.IsInfinite)
            return new Position(Open(0, checked((int)at))) { Next = at };
        // Of unknown length: read from the beginning.
        Position position = new(Open(0, 0));
        for (long passed = 0; passed < at; passed++)
            Read(position);
        position.Next = at;
        return position;
    }

    private Batch Read(Position position)
    {
        for (bool isAnew = false; !position.Batches.MoveNext(); isAnew = true)
        {
            if (isAnew)
                throw new ArgumentException("stepsPerEpoch: the data set holds no batch. Check its size, Take and dropRemainder.");
            position.Batches.Dispose();
            position.Batches = Open(++position.Pass, 0);
        }

        return position.Batches.Current;
    }

    private IEnumerator<Batch> Open(int pass, int skip) => upstream.Batches(pass, skip).GetEnumerator();

    private sealed class Position(IEnumerator<Batch> batches)
    {
        public IEnumerator<Batch> Batches { get; set; } = batches;

        public int Pass { get; set; }

        public long Next { get; set; }
    }
}
