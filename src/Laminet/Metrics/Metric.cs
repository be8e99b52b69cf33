using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// A figure about predictions, accumulated batch by batch. Its state is Float64 variables that tensor operations update, so the update is part of a compiled
/// step. The state is saved and restored, so a run that is resumed in the middle of an epoch reports the same figures.
/// For your own metric, declare the variables in the constructor and override <see cref="Accumulate"/> and <see cref="Result"/>.
/// </summary>
/// <example><code>
/// model.Compile("adam", "mse", [new RootMeanSquaredError()]);
///
/// sealed class RootMeanSquaredError : Metric
/// {
///     private readonly Variable squares, count;
///     public RootMeanSquaredError(string name = "rmse") : base(name)
///     {
///         squares = AddVariable("squares");
///         count = AddVariable("count");
///     }
///     public override Tensor Result() => Ratio(squares.Value, count.Value).Sqrt();
///     protected override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
///     {
///         Add(squares, (yTrue - yPred).Square().Sum());
///         Add(count, Tensor.Scalar((double)yPred.Length));
///     }
/// }
/// </code></example>
public abstract class Metric : IConfigurable, IHasState
{
    private readonly List<Variable> state = [];

    /// <summary>Creates a metric.</summary>
    /// <param name="name">The name shown in logs.</param>
    protected Metric(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <summary>The metrics that model files and strings may name.</summary>
    public static ClassRegistry<Metric> Registry { get; } = CreateRegistry();

    /// <summary>The name shown in logs.</summary>
    public string Name { get; }

    /// <summary>The state of the metric: its variables in the order of declaration.</summary>
    public IReadOnlyList<Variable> State => state;

    IEnumerable<(string Name, Variable Variable)> IHasState.State => state.Select(variable => (variable.Name, variable));

    /// <summary>
    /// Creates a metric by its name; the logs use this name, as in Keras. "accuracy" and "acc" give <see cref="AutomaticAccuracy"/>, which chooses the accuracy by the
    /// shapes, as Keras does for these strings. The name of a loss that is not the name of a metric gives the mean of that loss.
    /// </summary>
    /// <exception cref="ArgumentException">There is no metric of that name; the message lists those that exist.</exception>
    public static implicit operator Metric(string name) =>
        name is "accuracy" or "acc" ? new AutomaticAccuracy(name)
        : !Registry.Knows(name) && Losses.Loss.Registry.Knows(name) ? new LossMetric(name, name)
        : Registry.Create(name, new JsonObject { ["name"] = name });

    /// <summary>Adds a batch to the figure.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <param name="sampleWeight">One weight, one per example, or one per value; null for 1.</param>
    /// <exception cref="ShapeException">Targets, or weights, do not fit the predictions; nothing is broadcast.</exception>
    public void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        Accumulate(yTrue.Detach(), yPred.Detach(), sampleWeight?.Detach());
    }

    /// <summary>
    /// The figure over all batches since the last <see cref="ResetState"/>: a scalar, 0 if there were no batches. Read it with
    /// <see cref="Tensor.ToDouble"/>.
    /// </summary>
    public abstract Tensor Result();

    /// <summary>The reason why the figure is NaN, if the metric knows it; otherwise null.</summary>
    internal virtual string? WhyNaN() => null;

    /// <summary>Resets the metric: sets every variable to 0.</summary>
    public void ResetState()
    {
        foreach (Variable variable in state)
            variable.TakeOver(Tensor.Zeros(variable.Shape, variable.DType));
    }

    /// <summary>Restores the values of the variables of <see cref="State"/>: all of them, or none if one does not fit.</summary>
    /// <param name="values">One for each variable, in the same order.</param>
    /// <exception cref="ArgumentException">There are not as many values as variables.</exception>
    /// <exception cref="ShapeException">A value is not of its variable's shape.</exception>
    /// <exception cref="DTypeException">A value is not Float64.</exception>
    public void Restore(IReadOnlyList<Tensor> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count != state.Count)
            throw new ArgumentException($"The metric '{Name}' keeps {state.Count} variables; received {values.Count} values. Check whether the values come from a metric with other settings.", nameof(values));
        // All or none: a value may not fit.
        using StateScope scope = new();
        for (int i = 0; i < state.Count; i++)
            state[i].Assign(values[i]);
        scope.Commit();
    }

    /// <inheritdoc/>
    public virtual JsonObject GetConfig() => Registry.AddSettings(this, []);

    /// <summary>Declares a variable of Float64 that starts at 0; call it in the constructor.</summary>
    /// <param name="name">The name in checkpoints; it must be unique in this metric.</param>
    /// <param name="shape">The shape; a scalar by default.</param>
    /// <exception cref="ArgumentException">The metric already has a variable of this name.</exception>
    protected Variable AddVariable(string name, Shape shape = default)
    {
        if (state.Exists(variable => variable.Name == name))
            throw new ArgumentException($"The metric '{Name}' already has a variable '{name}'. Give each variable its own name: checkpoints find variables by name.", nameof(name));
        Variable variable = new(Tensor.Zeros(shape, DType.Float64), name, trainable: false);
        state.Add(variable);
        return variable;
    }

    /// <summary>
    /// Adds a batch to the variables, with tensor operations. The method runs once for each shape of batch, as a part of the compiled step.
    /// No gradient is recorded through its arguments.
    /// </summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <param name="sampleWeight">One weight, one per example, or one per value; null for 1.</param>
    protected abstract void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight);

    /// <summary>Adds numbers of any type to the value of a variable.</summary>
    /// <exception cref="ShapeException">The sum has another shape than the variable.</exception>
    protected static void Add(Variable variable, Tensor numbers)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(numbers);
        variable.Assign(variable.Value + numbers.Cast(variable.DType));
    }

    /// <summary>a / b, elementwise; 0 where b is 0.</summary>
    protected static Tensor Ratio(Tensor numerator, Tensor denominator)
    {
        ArgumentNullException.ThrowIfNull(numerator);
        ArgumentNullException.ThrowIfNull(denominator);
        return Tensor.Where(denominator.Equal(0), Tensor.Scalar(0, numerator.DType), numerator / denominator);
    }

    private static ClassRegistry<Metric> CreateRegistry()
    {
        ClassRegistry<Metric> registry = new("metric");
        // A loss is a setting of LossMetric. Named here, since a trimmed program that uses none would lose the registry.
        _ = Losses.Loss.Registry;
        registry.RegisterBuiltIn<AutomaticAccuracy>("acc");
        registry.RegisterBuiltIn<Accuracy>();
        registry.RegisterBuiltIn<BinaryAccuracy>("binary_accuracy");
        registry.RegisterBuiltIn<CategoricalAccuracy>("categorical_accuracy");
        registry.RegisterBuiltIn<SparseCategoricalAccuracy>("sparse_categorical_accuracy");
        registry.RegisterBuiltIn<TopKCategoricalAccuracy>("top_k_categorical_accuracy");
        registry.RegisterBuiltIn<SparseTopKCategoricalAccuracy>("sparse_top_k_categorical_accuracy");
        registry.RegisterBuiltIn<MeanAbsoluteError>("mae", "mean_absolute_error");
        registry.RegisterBuiltIn<MeanSquaredError>("mse", "mean_squared_error");
        registry.RegisterBuiltIn<RootMeanSquaredError>("rmse", "root_mean_squared_error");
        registry.RegisterBuiltIn<MeanAbsolutePercentageError>("mape", "mean_absolute_percentage_error");
        registry.RegisterBuiltIn<MeanSquaredLogarithmicError>("msle", "mean_squared_logarithmic_error");
        registry.RegisterBuiltIn<LogCoshError>("log_cosh_error");
        registry.RegisterBuiltIn<CosineSimilarity>("cosine_similarity");
        registry.RegisterBuiltIn<PearsonCorrelation>("pearson_correlation");
        registry.RegisterBuiltIn<ConcordanceCorrelation>("concordance_correlation");
        registry.RegisterBuiltIn<R2Score>("r2", "r2_score");
        registry.RegisterBuiltIn<Hinge>();
        registry.RegisterBuiltIn<SquaredHinge>("squared_hinge");
        registry.RegisterBuiltIn<CategoricalHinge>("categorical_hinge");
        registry.RegisterBuiltIn<KLDivergence>("kld", "kl_divergence");
        registry.RegisterBuiltIn<AUC>();
        registry.RegisterBuiltIn<Precision>();
        registry.RegisterBuiltIn<Recall>();
        registry.RegisterBuiltIn<TruePositives>("true_positives");
        registry.RegisterBuiltIn<FalsePositives>("false_positives");
        registry.RegisterBuiltIn<TrueNegatives>("true_negatives");
        registry.RegisterBuiltIn<FalseNegatives>("false_negatives");
        registry.RegisterBuiltIn<PrecisionAtRecall>();
        registry.RegisterBuiltIn<RecallAtPrecision>();
        registry.RegisterBuiltIn<SensitivityAtSpecificity>();
        registry.RegisterBuiltIn<SpecificityAtSensitivity>();
        registry.RegisterBuiltIn<F1Score>();
        registry.RegisterBuiltIn<FBetaScore>();
        registry.RegisterBuiltIn<IoU>();
        registry.RegisterBuiltIn<MeanIoU>();
        registry.RegisterBuiltIn<BinaryIoU>("binary_iou");
        registry.RegisterBuiltIn<OneHotIoU>();
        registry.RegisterBuiltIn<OneHotMeanIoU>();
        registry.RegisterBuiltIn<Mean>();
        registry.RegisterBuiltIn<Sum>();
        registry.RegisterBuiltIn<LossMetric>();
        return registry;
    }
}
