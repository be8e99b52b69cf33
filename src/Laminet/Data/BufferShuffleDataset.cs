using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>Shuffles a stream: a random element of the buffer leaves, the next of the stream takes its place.</summary>
internal sealed class BufferShuffleDataset(Dataset upstream, RandomKey key, int bufferSize) : DerivedDataset(upstream)
{
    protected override IEnumerable<Batch> Enumerate(int epoch, int skip)
    {
        RandomKey epochKey = key.Fold((ulong)epoch);
        List<Batch> buffer = new(Math.Min(bufferSize, 1024));
        int position = 0;
        foreach (Batch batch in Upstream.Batches(epoch))
        {
            if (buffer.Count < bufferSize)
            {
                buffer.Add(batch);
                continue;
            }

            int chosen = Choose();
            Batch leaving = buffer[chosen];
            buffer[chosen] = batch;
            if (position++ >= skip)
                yield return leaving;
        }

        while (buffer.Count > 0)
        {
            int chosen = Choose();
            Batch leaving = buffer[chosen];
            buffer[chosen] = buffer[^1];
            buffer.RemoveAt(buffer.Count - 1);
            if (position++ >= skip)
                yield return leaving;
        }

        // The draw at a position depends on the position alone, so a resumed epoch draws the same.
        int Choose() => (int)Math.BigMul(epochKey.Fold((ulong)position).Seed, (ulong)buffer.Count, out _);
    }
}
