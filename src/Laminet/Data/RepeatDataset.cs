namespace Laminet.Data;

/// <summary>Several epochs of a dataset as one; without a number, endlessly many.</summary>
internal sealed class RepeatDataset(Dataset upstream, int? times) : DerivedDataset(upstream)
{
    // Endless repetitions of different epochs must not begin with the same order. They meet again after this many passes.
    private const int PassesOfEndless = 1 << 16;

    public override int? Count => times is { } count && Upstream.Count is { } each && (long)count * each <= int.MaxValue ? count * each : null;

    public override bool IsInfinite => times is null || Upstream.IsInfinite;

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip)
    {
        int pass = 0;
        if (Upstream.Count is { } each and > 0)
            (pass, skip) = Math.DivRem(skip, each);
        for (; times is null || pass < times; pass++)
        {
            // Where the number of elements is unknown, what to skip has to be counted by reading.
            bool counted = Upstream.Count is not null, any = false;
            foreach (Batch batch in Upstream.Batches(UpstreamEpoch(epoch, pass), counted ? skip : 0))
            {
                any = true;
                if (!counted && skip > 0)
                    skip--;
                else
                    yield return batch;
            }

            if (counted)
                skip = 0;
            // An empty dataset that is repeated without end would hang.
            if (!any && times is null)
                throw new InvalidOperationException("Repeat: received a dataset without elements, so an endless repetition would never return one. Check why the dataset is empty.");
        }
    }

    private int UpstreamEpoch(int epoch, int pass) => unchecked((epoch * (times ?? PassesOfEndless)) + pass) & int.MaxValue;
}
