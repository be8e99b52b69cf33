using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>Folds in which each class has its share of the data. scikit-learn's <c>StratifiedKFold</c>; without shuffling the folds are the same examples.</summary>
/// <param name="splits">How many folds; 2 or more.</param>
/// <param name="shuffle">Whether each class is dealt in random order.</param>
/// <param name="randomState">The seed of the order; null for another one each time.</param>
public sealed class StratifiedKFold(int splits = 5, bool shuffle = false, ulong? randomState = null) : Splitter
{
    private readonly int splits = Setting.Require(splits, splits >= 2, "2 or more");

    /// <inheritdoc/>
    public override IEnumerable<(int[] Train, int[] Test)> Split(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        double[] labels = y.Cast(DType.Float64).ToArray<double>();
        if (y.Rank == 2 && y.Shape[1] != 1)
            throw new ShapeException($"StratifiedKFold: received y of shape {y.Shape}; expected one class an example, (n,). Use KFold.");
        // Numbered as they first occur.
        double[] classes = [.. labels.Distinct()];
        int[] kinds = [.. labels.Select(label => Array.IndexOf(classes, label))], sorted = [.. kinds.Order()], foldOf = new int[labels.Length];
        int largest = kinds.GroupBy(kind => kind).Max(members => members.Count());
        if (largest < splits)
            throw new ArgumentException($"StratifiedKFold: received {splits} folds, and no class has more than {largest} examples. Use fewer folds.", nameof(y));
        for (int kind = 0; kind < classes.Length; kind++)
        {
            int[] members = [.. Enumerable.Range(0, kinds.Length).Where(i => kinds[i] == kind)];
            // As many of a class as every so-manyth of the sorted labels names.
            int[] dealt = [.. Enumerable.Range(0, splits).SelectMany(fold => Enumerable.Repeat(fold, Enumerable.Range(0, sorted.Length).Count(i => i % splits == fold && sorted[i] == kind)))];
            int[] order = shuffle ? Order(members.Length, (randomState ?? RandomSeed.New()) + (ulong)kind) : [.. Enumerable.Range(0, members.Length)];
            for (int i = 0; i < members.Length; i++)
                foldOf[members[order[i]]] = dealt[i];
        }

        return FromFolds(foldOf, splits);
    }
}
