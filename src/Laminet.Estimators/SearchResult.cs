namespace Laminet.Estimators;

/// <summary>One candidate of a search.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Scores">Its score on each part that was held out.</param>
/// <param name="Seconds">How long all its fits and scores took.</param>
public sealed record SearchResult(IReadOnlyDictionary<string, object?> Settings, IReadOnlyList<double> Scores, double Seconds)
{
    /// <summary>The mean score.</summary>
    public double Mean => Scores.Average();

    /// <summary>The standard deviation of the scores (divided by n).</summary>
    public double StandardDeviation => Math.Sqrt(Scores.Average(score => (score - Mean) * (score - Mean)));
}
