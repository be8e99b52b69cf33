using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Shapes of batches, of which the first length is unknown.</summary>
// Loops, not LINQ over int?, which the runtime compiles anew in every process before the first step.
internal static class BatchShape
{
    /// <summary>The shape of a batch of examples.</summary>
    public static PartialShape Of(PartialShape example)
    {
        int?[] lengths = new int?[example.Count + 1];
        for (int axis = 1; axis < lengths.Length; axis++)
            lengths[axis] = example[axis - 1];
        return PartialShape.Create(lengths);
    }

    /// <summary>The shape of a batch, from its shapes for two lengths of the axes of unknown length: known is what both have.</summary>
    public static PartialShape Of(Shape one, Shape other)
    {
        int?[] lengths = new int?[Math.Min(one.Rank, other.Rank)];
        for (int axis = 1; axis < lengths.Length; axis++)
            lengths[axis] = one[axis] == other[axis] ? one[axis] : null;
        return PartialShape.Create(lengths);
    }

    /// <summary>The shape of one example.</summary>
    public static PartialShape Example(PartialShape batch)
    {
        int?[] lengths = new int?[batch.Count - 1];
        for (int axis = 0; axis < lengths.Length; axis++)
            lengths[axis] = batch[axis + 1];
        return PartialShape.Create(lengths);
    }
}
