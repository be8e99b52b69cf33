using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>A dataset whose examples can be read by position: an epoch is an order, and nothing before a position need be computed.</summary>
internal abstract class OrderedDataset : Dataset
{
    public abstract int ExampleCount { get; }

    public sealed override int? Count => ExampleCount;

    public abstract ExampleOrder Order(int epoch);

    /// <summary>What orders are drawn from; null where the examples lie as they lie.</summary>
    public virtual RandomKey? Shuffling => null;

    protected sealed override IEnumerable<Batch> Enumerate(int epoch, int skip) => Order(epoch).Stream(skip);
}

/// <summary>All examples of a source, as they lie.</summary>
internal sealed class SourceDataset(ExampleSource source) : OrderedDataset
{
    public override int ExampleCount => source.Count;

    public override ExampleOrder Order(int epoch) => new(source);
}

/// <summary>A full shuffle, another one each epoch.</summary>
internal sealed class OrderShuffleDataset(OrderedDataset upstream, RandomKey key) : OrderedDataset
{
    public override int ExampleCount => upstream.ExampleCount;

    public override RandomKey? Shuffling => key;

    public override ExampleOrder Order(int epoch) => upstream.Order(epoch).Permute(key.Fold((ulong)epoch));
}

/// <summary>
/// Neighbouring positions of an order: both Take and Skip. Of shuffled examples the same ones in each epoch, in another order: a part taken for
/// validation must never meet the one that trains.
/// </summary>
internal sealed class OrderSliceDataset(OrderedDataset upstream, int start, int most) : OrderedDataset
{
    private readonly int first = Math.Min(start, upstream.ExampleCount);

    public override int ExampleCount => Math.Min(most, upstream.ExampleCount - first);

    public override RandomKey? Shuffling => upstream.Shuffling;

    public override ExampleOrder Order(int epoch)
    {
        if (upstream.Shuffling is not { } key)
            return upstream.Order(epoch).Slice(first, ExampleCount);
        ExampleOrder part = upstream.Order(0).Slice(first, ExampleCount);
        return epoch == 0 ? part : part.Permute(key.Fold((ulong)epoch).Fold((ulong)first));
    }
}
