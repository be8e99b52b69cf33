using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tasks;

/// <summary>The size of a <see cref="TreeBatch"/>: one compiled program serves all batches of a form.</summary>
/// <param name="Levels">How many levels there are.</param>
/// <param name="Slots">How many words a level has room for, and as many nodes with children.</param>
public readonly record struct TreeForm(int Levels, int Slots)
{
    /// <summary>The same size, with levels and slots doubled until a tree fits.</summary>
    /// <param name="tree">The tree.</param>
    public TreeForm For(LabelledTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        (int levels, int slots) = (Levels, Slots);
        if (levels < 1 || slots < 1)
            throw new ArgumentException($"{nameof(TreeForm)}: received {levels} levels of {slots} slots; expected 1 or more of each.");
        while (levels <= tree.Depth)
            levels *= 2;
        int widest = tree.Widths.Max(width => Math.Max(width.Words, width.Joins));
        while (slots < widest)
            slots *= 2;
        return new(levels, slots);
    }
}
