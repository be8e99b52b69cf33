using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>
/// Associative recall: items of some vectors of random bits, each after a mark; then one of them again, between marks of another channel. The network answers with the item that came after it. Inputs: the bits, the mark of an item, the mark of
/// the question. (Graves, Wayne and Danihelka, 2014, section 4.3.)
/// </summary>
/// <inheritdoc cref="SequenceTask"/>
public sealed class AssociativeRecallTask : SequenceTask
{
    /// <summary>Creates the task.</summary>
    /// <param name="bits">How many bits a vector has.</param>
    /// <param name="itemLength">How many vectors an item has.</param>
    /// <param name="minItems">The least number of items that <see cref="Next"/> draws.</param>
    /// <param name="maxItems">The largest.</param>
    /// <param name="seed">Names all sequences.</param>
    /// <param name="multiple">The number of steps is filled up to a multiple of this, with zeros that count for nothing: a compiled step then serves several lengths.</param>
    public AssociativeRecallTask(int bits = 6, int itemLength = 3, int minItems = 2, int maxItems = 6, ulong seed = 0, int multiple = 1) : base(bits, seed, multiple)
    {
        ItemLength = Setting.Require(itemLength, itemLength >= 1, "1 or more");
        MinItems = Setting.Require(minItems, minItems >= 2, "2 or more: the last item has none after it");
        MaxItems = Setting.Require(maxItems, maxItems >= minItems, $"{nameof(minItems)} = {minItems} or more");
    }

    /// <summary>How many vectors an item has.</summary>
    public int ItemLength { get; }

    /// <summary>The least number of items that <see cref="Next"/> draws.</summary>
    public int MinItems { get; }

    /// <summary>The largest number of items that <see cref="Next"/> draws.</summary>
    public int MaxItems { get; }

    /// <inheritdoc/>
    public override int Inputs => Bits + 2;

    /// <inheritdoc/>
    public override SequenceBatch Next(int batch)
    {
        RandomKey key = NextKey();
        return Draw(key, batch, Between(key.Fold(0), MinItems, MaxItems));
    }

    /// <summary>Draws sequences of a number of items.</summary>
    /// <param name="batch">How many.</param>
    /// <param name="items">How many items each has; it may be more than the task draws.</param>
    public SequenceBatch Draw(int batch, int items) => Draw(NextKey(), batch, items);

    // Each sequence asks for another item.
    private SequenceBatch Draw(RandomKey key, int batch, int items)
    {
        Setting.Require(items, items >= 2, "2 or more: the last item has none after it");
        Tensor vectors = Drawn(key.Fold(1), batch, items * ItemLength);
        Tensor asked = (key.Fold(2).Uniform([batch, 1]) * (items - 1)).Floor().Cast(DType.Int32);
        Tensor places = ((asked * ItemLength) + Tensor.Range(0, ItemLength)).ExpandDims(-1).BroadcastTo([batch, ItemLength, Bits]);
        Tensor[] read =
        [
            .. Enumerable.Range(0, items).SelectMany(item => (Tensor[])[Mark(batch, 1), Read(vectors.Slice(item * ItemLength, (item + 1) * ItemLength, axis: 1))]),
            Mark(batch, 0, 1), Read(vectors.TakeAlong(places, axis: 1)), Mark(batch, 0, 1),
        ];
        return Answered(read, vectors.TakeAlong(places + ItemLength, axis: 1));
    }
}
