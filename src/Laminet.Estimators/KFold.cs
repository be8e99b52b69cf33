using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>So many folds of nearly equal size; each is tested on once. scikit-learn's <c>KFold</c>.</summary>
/// <param name="splits">How many folds; 2 or more.</param>
/// <param name="shuffle">Whether examples are dealt in random order; else a fold is consecutive examples.</param>
/// <param name="randomState">The seed of the order; null for another one each time.</param>
public sealed class KFold(int splits = 5, bool shuffle = false, ulong? randomState = null) : Splitter
{
    private readonly int splits = Setting.Require(splits, splits >= 2, "2 or more");

    /// <inheritdoc/>
    public override IEnumerable<(int[] Train, int[] Test)> Split(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        int count = x.Shape[0];
        if (count < splits)
            throw new ArgumentException($"KFold: received {count} examples; {splits} folds need at least as many.", nameof(x));
        int[] order = shuffle ? Order(count, randomState ?? RandomSeed.New()) : [.. Enumerable.Range(0, count)], foldOf = new int[count];
        for (int fold = 0, at = 0; fold < splits; fold++)
        {
            int size = (count / splits) + (fold < count % splits ? 1 : 0);
            for (int i = 0; i < size; i++)
                foldOf[order[at++]] = fold;
        }

        return FromFolds(foldOf, splits);
    }
}
