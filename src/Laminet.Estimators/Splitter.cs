using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>Splits examples into parts to fit to and parts to test on, several times.</summary>
public abstract class Splitter
{
    /// <summary>The splits.</summary>
    /// <param name="x">(examples, features).</param>
    /// <param name="y">Their targets.</param>
    /// <returns>The positions of the examples to fit to and of those to test on, each ascending.</returns>
    public abstract IEnumerable<(int[] Train, int[] Test)> Split(Tensor x, Tensor y);

    /// <summary>As scikit-learn's <c>cv=n</c>: folds that keep the classes' shares for a classifier of one label, else folds of consecutive examples.</summary>
    internal static Splitter Default(Estimator estimator, Tensor y, int folds = 5) =>
        estimator.IsClassifier && (y.Rank == 1 || y.Shape[1] == 1) ? new StratifiedKFold(folds) : new KFold(folds);

    private protected static IEnumerable<(int[] Train, int[] Test)> FromFolds(int[] foldOf, int folds) => Enumerable.Range(0, folds).Select(fold => (
        Enumerable.Range(0, foldOf.Length).Where(i => foldOf[i] != fold).ToArray(),
        Enumerable.Range(0, foldOf.Length).Where(i => foldOf[i] == fold).ToArray()));

    private protected static int[] Order(int count, ulong seed) => new RandomKey(seed).Permutation(count).ToArray<int>();
}
