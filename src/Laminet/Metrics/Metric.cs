using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// A figure about predictions, gathered batch by batch. All it remembers is a list of sums, kept as doubles, which can be
/// stored and put back: a run resumed in the middle of an epoch reports the same figures.
/// </summary>
public abstract class Metric : IConfigurable
{
    private readonly double[] sums;

    /// <summary>Creates a metric.</summary>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="sums">How many sums it keeps; all start at 0.</param>
    protected Metric(string name, int sums)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        this.sums = new double[sums];
    }

    /// <summary>The metrics that model files and strings may name.</summary>
    public static ClassRegistry<Metric> Registry { get; } = CreateRegistry();

    /// <summary>The name shown in logs.</summary>
    public string Name { get; }

    /// <summary>All the metric remembers.</summary>
    public IReadOnlyList<double> State => sums;

    /// <summary>The sums, to be added to.</summary>
    protected Span<double> Sums => sums;

    /// <summary>
    /// A metric by its name, under which it is then reported, as in Keras. "accuracy" and "acc" give <see cref="AutomaticAccuracy"/>, which looks at the shapes to find out how an
    /// answer is right, as Keras does for these strings.
    /// </summary>
    /// <exception cref="ArgumentException">There is no metric of that name; the message lists those that exist.</exception>
    public static implicit operator Metric(string name) => name is "accuracy" or "acc"
        ? new AutomaticAccuracy(name)
        : Registry.Create(name, new JsonObject { ["name"] = name });

    /// <summary>Takes a batch into account.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <param name="sampleWeight">One weight, one per example, or one per value; null for 1.</param>
    /// <exception cref="ShapeException">Targets, or weights, do not fit the predictions; nothing is broadcast.</exception>
    public void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        Gather(yTrue.Detach(), yPred.Detach(), sampleWeight?.Detach());
    }

    /// <summary>The figure over all batches since the last <see cref="Reset"/>; 0 if there were none.</summary>
    public abstract double Result();

    /// <summary>Forgets all batches.</summary>
    public void Reset() => Sums.Clear();

    /// <summary>Puts back what <see cref="State"/> gave.</summary>
    /// <exception cref="ArgumentException">The state is of another length.</exception>
    public void Restore(IReadOnlyList<double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count != sums.Length)
            throw new ArgumentException($"The metric '{Name}' keeps {sums.Length} sums; received {state.Count}. Was it made with other settings?", nameof(state));
        for (int i = 0; i < sums.Length; i++)
            sums[i] = state[i];
    }

    /// <inheritdoc/>
    public virtual JsonObject GetConfig() => new() { ["name"] = Name };

    /// <summary>Adds a batch to <see cref="Sums"/>.</summary>
    protected abstract void Gather(Tensor yTrue, Tensor yPred, Tensor? sampleWeight);

    /// <summary>a / b, or 0 where b is 0.</summary>
    protected static double Ratio(double numerator, double denominator) => denominator == 0 ? 0 : numerator / denominator;

    private static ClassRegistry<Metric> CreateRegistry()
    {
        ClassRegistry<Metric> registry = new("metric");
        registry.Register(AutomaticAccuracy.FromConfig, "acc");
        registry.Register(config => new Accuracy(NameIn(config)));
        registry.Register(BinaryAccuracy.FromConfig, "binary_accuracy");
        registry.Register(config => new CategoricalAccuracy(NameIn(config)), "categorical_accuracy");
        registry.Register(config => new SparseCategoricalAccuracy(NameIn(config)), "sparse_categorical_accuracy");
        registry.Register(TopKCategoricalAccuracy.FromConfig, "top_k_categorical_accuracy");
        registry.Register(SparseTopKCategoricalAccuracy.FromConfig, "sparse_top_k_categorical_accuracy");
        registry.Register(config => new MeanAbsoluteError(NameIn(config)), "mae", "mean_absolute_error");
        registry.Register(config => new MeanSquaredError(NameIn(config)), "mse", "mean_squared_error");
        registry.Register(AUC.FromConfig);
        registry.Register(Precision.FromConfig);
        registry.Register(Recall.FromConfig);
        registry.Register(config => new Mean(NameIn(config)));
        registry.Register(LossMetric.FromConfig);
        return registry;
    }

    /// <summary>The name in a metric's settings.</summary>
    internal static string? NameIn(JsonObject config) => config.Get<string?>("name", null);
}
