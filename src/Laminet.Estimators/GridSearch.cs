namespace Laminet.Estimators;

/// <summary>Tries every combination of some settings. scikit-learn's <c>GridSearchCV</c>.</summary>
/// <example><code>
/// var search = new GridSearch(digits, new() { ["mlp.Alpha"] = [1e-5, 1e-3], ["mlp.HiddenLayerSizes"] = [50, 100] });
/// search.Fit(x, y);
/// Console.WriteLine(search.ToTable());
/// </code></example>
public sealed class GridSearch : SettingsSearch
{
    private readonly KeyValuePair<string, object?[]>[] grid;
    private readonly (Estimator Estimator, Splitter? Splitter, Scorer? Scorer) given;

    /// <summary>Creates a search.</summary>
    /// <param name="estimator">The estimator; what the grid does not name keeps its value.</param>
    /// <param name="grid">The values to try of each setting.</param>
    /// <param name="splitter">How examples are held out; five folds by default.</param>
    /// <param name="scorer">How candidates are judged; <see cref="Estimator.Score"/> by default.</param>
    /// <exception cref="ArgumentException">The grid is empty, or a setting of it has no values.</exception>
    public GridSearch(Estimator estimator, Dictionary<string, object?[]> grid, Splitter? splitter = null, Scorer? scorer = null) : base(estimator, splitter, scorer)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (grid.Count == 0 || grid.FirstOrDefault(setting => setting.Value is not { Length: > 0 }).Key is not null)
            throw new ArgumentException($"GridSearch: received {(grid.Count == 0 ? "an empty grid" : "a setting without values")}; expected one value or more for each setting.", nameof(grid));
        (this.grid, given) = ([.. grid], (estimator, splitter, scorer));
    }

    /// <inheritdoc/>
    public override GridSearch Clone() => new(given.Estimator.Clone(), grid.ToDictionary(), given.Splitter, given.Scorer);

    private protected override IEnumerable<IReadOnlyDictionary<string, object?>> Candidates()
    {
        IEnumerable<Dictionary<string, object?>> candidates = [[]];
        foreach ((string name, object?[] values) in grid)
            candidates = candidates.SelectMany(candidate => values.Select(value => new Dictionary<string, object?>(candidate) { [name] = value }));
        return candidates;
    }
}
