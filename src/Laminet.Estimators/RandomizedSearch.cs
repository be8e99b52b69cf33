using Laminet.Configuration;

namespace Laminet.Estimators;

/// <summary>Tries settings drawn at random, each by itself: with many settings it finds good ones sooner than a grid (Bergstra and Bengio, 2012). scikit-learn's <c>RandomizedSearchCV</c>.</summary>
public sealed class RandomizedSearch : SettingsSearch
{
    private readonly KeyValuePair<string, Func<Random, object?>>[] draws;
    private readonly int iterations, randomState;
    private readonly (Estimator Estimator, Splitter? Splitter, Scorer? Scorer) given;

    /// <summary>Creates a search.</summary>
    /// <param name="estimator">The estimator; what is not drawn keeps its value.</param>
    /// <param name="draws">How each setting is drawn, as in <c>random => Math.Pow(10, -5 + (4 * random.NextDouble()))</c>.</param>
    /// <param name="iterations">How many candidates; 10 by default.</param>
    /// <param name="randomState">The seed of the draws.</param>
    /// <param name="splitter">How examples are held out; five folds by default.</param>
    /// <param name="scorer">How candidates are judged; <see cref="Estimator.Score"/> by default.</param>
    public RandomizedSearch(
        Estimator estimator, Dictionary<string, Func<Random, object?>> draws, int iterations = 10, int randomState = 0, Splitter? splitter = null, Scorer? scorer = null) : base(estimator, splitter, scorer)
    {
        ArgumentNullException.ThrowIfNull(draws);
        this.iterations = Setting.Require(iterations, iterations >= 1, "1 or more");
        (this.draws, this.randomState, given) = ([.. draws], randomState, (estimator, splitter, scorer));
    }

    /// <inheritdoc/>
    public override RandomizedSearch Clone() => new(given.Estimator.Clone(), draws.ToDictionary(), iterations, randomState, given.Splitter, given.Scorer);

    private protected override IEnumerable<IReadOnlyDictionary<string, object?>> Candidates()
    {
        Random random = new(randomState);
        for (int i = 0; i < iterations; i++)
            yield return draws.ToDictionary(draw => draw.Key, draw => draw.Value(random));
    }
}
