using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>An estimator judged on examples that it was not fitted to: a fresh copy for each split. The estimator itself stays as it is.</summary>
public static class CrossValidation
{
    /// <summary>The score on each part that was held out. scikit-learn's <c>cross_val_score</c>.</summary>
    /// <param name="estimator">Its settings are used.</param>
    /// <param name="x">(examples, features).</param>
    /// <param name="y">Their targets.</param>
    /// <param name="splitter">How the examples are split; five folds by default, which keep the classes' shares for a classifier.</param>
    /// <param name="scorer">How it is judged; <see cref="Estimator.Score"/> by default.</param>
    /// <param name="cancellation">Ends the work with an exception.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static double[] Scores(Estimator estimator, Tensor x, Tensor y, Splitter? splitter = null, Scorer? scorer = null, CancellationToken cancellation = default) =>
        [.. Fitted(estimator, x, y, splitter, cancellation).Select(part => (scorer ?? OwnScore)(part.Fitted, Examples.At(x, part.Test), Examples.At(y, part.Test)))];

    /// <summary>For each example the prediction of the copy that was not fitted to it. scikit-learn's <c>cross_val_predict</c>.</summary>
    /// <param name="estimator">Its settings are used.</param>
    /// <param name="x">(examples, features).</param>
    /// <param name="y">Their targets.</param>
    /// <param name="splitter">How the examples are split; each must be tested on once.</param>
    /// <param name="probabilities">Whether to give probabilities instead.</param>
    /// <param name="cancellation">Ends the work with an exception.</param>
    /// <exception cref="ArgumentException">An example is in no test part, or in several.</exception>
    public static Tensor Predict(Estimator estimator, Tensor x, Tensor y, Splitter? splitter = null, bool probabilities = false, CancellationToken cancellation = default)
    {
        List<Tensor> predictions = [];
        List<int> tested = [];
        foreach ((Estimator fitted, int[] test) in Fitted(estimator, x, y, splitter, cancellation))
        {
            Tensor held = Examples.At(x, test);
            predictions.Add(probabilities ? fitted.PredictProbabilities(held) : fitted.Predict(held));
            tested.AddRange(test);
        }

        if (!tested.Order().SequenceEqual(Enumerable.Range(0, x.Shape[0])))
            throw new ArgumentException("CrossValidation.Predict: the splits do not test each example exactly once. Use KFold or StratifiedKFold.", nameof(splitter));
        int[] places = new int[tested.Count];
        for (int i = 0; i < places.Length; i++)
            places[tested[i]] = i;
        return Examples.At(Tensor.Concatenate(predictions, 0), places);
    }

    internal static double OwnScore(Estimator estimator, Tensor x, Tensor y) => estimator.Score(x, y);

    private static IEnumerable<(Estimator Fitted, int[] Test)> Fitted(Estimator estimator, Tensor x, Tensor y, Splitter? splitter, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(x);
        Examples.RequireSame(nameof(CrossValidation), x, y);
        foreach ((int[] train, int[] test) in (splitter ?? Splitter.Default(estimator, y)).Split(x, y))
        {
            cancellation.ThrowIfCancellationRequested();
            Estimator copy = estimator.Clone();
            copy.Fit(Examples.At(x, train), Examples.At(y, train), cancellation);
            cancellation.ThrowIfCancellationRequested();
            yield return (copy, test);
        }
    }
}
