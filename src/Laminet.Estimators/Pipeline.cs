using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// Transformers, then an estimator: Fit fits each to what the ones before made of the data, so nothing is learned from data that are only predicted. A setting of a step is named <c>"mlp.Alpha"</c>.
/// scikit-learn's <c>Pipeline</c>.
/// </summary>
public sealed class Pipeline : Estimator
{
    private readonly (string Name, Step Step)[] steps;
    private readonly Transformer[] transformers;
    private readonly Estimator last;

    /// <summary>Creates a pipeline.</summary>
    /// <param name="steps">A name and a step each: transformers, and an estimator at the end.</param>
    /// <exception cref="ArgumentException">A step is in the wrong place, or a name is there twice, empty, or holds a dot or "__".</exception>
    public Pipeline(params (string Name, Step Step)[] steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Length == 0 || steps[^1].Step is not Estimator estimator)
            throw new ArgumentException($"A Pipeline ends with an Estimator, such as an MLPClassifier; received {(steps.Length == 0 ? "no steps" : steps[^1].Step?.GetType().Name ?? "null")} at the end.", nameof(steps));
        foreach ((string name, Step step) in steps[..^1])
        {
            if (step is not Transformer)
                throw new ArgumentException($"The step '{name}' is a {step?.GetType().Name ?? "null"}; all but the last must be Transformers, such as a StandardScaler.", nameof(steps));
        }

        foreach ((string name, _) in steps)
        {
            if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal) || name.Contains("__", StringComparison.Ordinal) || steps.Count(step => step.Name == name) > 1)
                throw new ArgumentException($"Received the step name '{name}'; expected one that is not empty, is there once, and has no '.', '/' or '__'.", nameof(steps));
        }

        (this.steps, last) = (steps, estimator);
        transformers = [.. steps[..^1].Select(step => (Transformer)step.Step)];
    }

    /// <summary>A step by its name.</summary>
    /// <exception cref="ArgumentException">There is no step of that name.</exception>
    public Step Named(string name) => Array.Find(steps, step => step.Name == name).Step
        ?? throw new ArgumentException($"There is no step '{name}'; the steps are {string.Join(", ", steps.Select(step => step.Name))}.", nameof(name));

    /// <inheritdoc/>
    public override bool IsClassifier => last.IsClassifier;

    internal override IReadOnlyList<(string Name, Step Step)> Inner => steps;

    /// <inheritdoc/>
    public override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        foreach (Transformer transformer in transformers)
            x = transformer.FitTransform(x);
        last.Fit(x, y, cancellation);
        FeatureCount = steps[0].Step.FeatureCount;
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor x) => last.Predict(Transformed(x));

    /// <inheritdoc/>
    public override Tensor PredictProbabilities(Tensor x) => last.PredictProbabilities(Transformed(x));

    /// <inheritdoc/>
    public override double Score(Tensor x, Tensor y) => last.Score(Transformed(x), y);

    /// <inheritdoc/>
    public override Pipeline Clone() => new([.. steps.Select(step => (step.Name, step.Step.Clone()))]);

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() => new Dictionary<string, Tensor>();

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
    }

    private Tensor Transformed(Tensor x)
    {
        RequireFitted();
        return transformers.Aggregate(x, (data, transformer) => transformer.Transform(data));
    }
}
