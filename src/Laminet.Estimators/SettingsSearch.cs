using System.Diagnostics;
using System.Globalization;
using System.Text;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// Tries settings of an estimator by cross-validation, then fits it to all data with those of the best mean score (the first among equals). It predicts with that one. Fit calls
/// <see cref="Progress"/> after each candidate.
/// </summary>
public abstract class SettingsSearch : Estimator
{
    private readonly Estimator estimator;
    private readonly Splitter? splitter;
    private readonly Scorer scorer;
    private readonly List<SearchResult> results = [];
    private Estimator? best;

    private protected SettingsSearch(Estimator estimator, Splitter? splitter, Scorer? scorer)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        (this.estimator, this.splitter, this.scorer) = (estimator, splitter, scorer ?? CrossValidation.OwnScore);
    }

    /// <summary>Called after each candidate with its result, the number of candidates tried so far, and the number of all. Null, the default, for no call.</summary>
    public Action<SearchResult, int, int>? Progress { get; set; }

    /// <summary>All candidates, in the order in which they were tried.</summary>
    public IReadOnlyList<SearchResult> Results => results;

    /// <summary>The best candidate.</summary>
    public SearchResult Best => results.Count > 0 ? results.MaxBy(result => double.IsNaN(result.Mean) ? double.NegativeInfinity : result.Mean)! : throw NotFitted();

    /// <summary>The estimator with the best settings, fitted to all data.</summary>
    public Estimator BestEstimator => best ?? throw NotFitted();

    /// <inheritdoc/>
    public override bool IsClassifier => estimator.IsClassifier;

    /// <inheritdoc/>
    public override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        IReadOnlyDictionary<string, object?>[] candidates = [.. Candidates()];
        // Before the first hour of work: a wrong name in the last candidate.
        Estimator[] copies = [.. candidates.Select(With)];
        results.Clear();
        // The same splits for all, so that candidates are compared on the same examples.
        FixedSplits splits = new([.. (splitter ?? Splitter.Default(estimator, y)).Split(x, y)]);
        for (int i = 0; i < candidates.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            double[] scores = CrossValidation.Scores(copies[i], x, y, splits, scorer, cancellation);
            results.Add(new SearchResult(candidates[i], scores, Stopwatch.GetElapsedTime(start).TotalSeconds));
            Progress?.Invoke(results[^1], i + 1, candidates.Length);
        }

        best = With(Best.Settings);
        best.Fit(x, y, cancellation);
        FeatureCount = x.Shape[1];
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor x) => BestEstimator.Predict(x);

    /// <inheritdoc/>
    public override Tensor PredictProbabilities(Tensor x) => BestEstimator.PredictProbabilities(x);

    /// <inheritdoc/>
    public override double Score(Tensor x, Tensor y) => scorer(BestEstimator, x, y);

    /// <summary>The candidates as a table, the best first.</summary>
    public string ToTable()
    {
        StringBuilder table = new("rank  mean     deviation  seconds  settings\n");
        int rank = 0;
        foreach (SearchResult result in results.OrderByDescending(result => result.Mean))
        {
            string settings = string.Join(", ", result.Settings.Select(setting => $"{setting.Key} = {Settings.Text(setting.Value)}"));
            table.Append(CultureInfo.InvariantCulture, $"{++rank,4}  {result.Mean,7:F4}  {result.StandardDeviation,9:F4}  {result.Seconds,7:F1}  {settings}\n");
        }

        return table.ToString();
    }

    /// <summary>The settings to try.</summary>
    private protected abstract IEnumerable<IReadOnlyDictionary<string, object?>> Candidates();

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() => throw new NotSupportedException("A search is not saved. Save its BestEstimator.");

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state) => throw new NotSupportedException("A search is not saved. Save its BestEstimator.");

    private Estimator With(IReadOnlyDictionary<string, object?> settings)
    {
        Estimator copy = estimator.Clone();
        foreach ((string name, object? value) in settings)
            copy[name] = value;
        return copy;
    }

    private InvalidOperationException NotFitted() => new($"This {GetType().Name} has tried nothing yet. Call Fit first.");

    private sealed class FixedSplits((int[] Train, int[] Test)[] splits) : Splitter
    {
        public override IEnumerable<(int[] Train, int[] Test)> Split(Tensor x, Tensor y) => splits;
    }
}
