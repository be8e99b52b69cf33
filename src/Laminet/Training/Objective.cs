using System.Globalization;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>What a model is compiled with for each of its outputs: a loss with its weight, and metrics.</summary>
internal sealed class Objective
{
    private Objective(IReadOnlyList<string> outputs, IReadOnlyList<OutputObjective> parts)
    {
        (Outputs, Parts) = (outputs, parts);
        HasLoss = parts.Any(part => part.Loss is not null);
        Metrics = [.. parts.SelectMany(part => part.Metrics.Concat(part.WeightedMetrics))];
    }

    /// <summary>The outputs' names.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>One for each output.</summary>
    public IReadOnlyList<OutputObjective> Parts { get; }

    /// <summary>The metrics of all outputs.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Whether any output has a loss.</summary>
    public bool HasLoss { get; }

    /// <summary>Sorts losses, weights and metrics by outputs.</summary>
    /// <param name="outputs">The outputs' names; null where the model does not know them yet.</param>
    /// <param name="losses">By name or in order; one for all outputs, or null for none.</param>
    /// <param name="weights">The losses' weights, by name or in order; 1 where absent.</param>
    /// <param name="metrics">By name or in order.</param>
    /// <param name="weightedMetrics">Metrics that take sample weights into account.</param>
    /// <exception cref="ShapeException">They do not fit the outputs.</exception>
    public static Objective Of(
        IReadOnlyList<string>? outputs, Bundle<Loss?>? losses, Bundle<double>? weights, Bundle<MetricList>? metrics, Bundle<MetricList>? weightedMetrics)
    {
        outputs ??= losses?.Names ?? DefaultNames(Math.Max(1, losses?.Count ?? 1));
        bool isForAll = losses is { Count: 1, Names: null };
        IReadOnlyList<Loss?> loss = isForAll ? [.. outputs.Select(_ => losses![0])] : BundleOrder.Sparse(losses, outputs, "losses");
        IReadOnlyList<double?>? weight = weights is null ? null : BundleOrder.Sparse<double?>(weights.Map(value => (double?)value), outputs, "loss weights");
        IReadOnlyList<MetricList?> plain = BundleOrder.Sparse(metrics, outputs, "metrics"), weighted = BundleOrder.Sparse(weightedMetrics, outputs, "weighted metrics");
        for (int place = 0; place < (weight?.Count ?? 0); place++)
        {
            if (weight![place] is { } number && !double.IsFinite(number))
                throw new ArgumentException($"The loss weight of '{outputs[place]}' is {number.ToString(CultureInfo.InvariantCulture)}; expected a finite number.", nameof(weights));
        }

        return new Objective(outputs, [.. outputs.Select((name, place) => new OutputObjective(name, loss[place], weight?[place] ?? 1, plain[place] ?? [], weighted[place] ?? []))]);
    }

    /// <summary>Names of outputs that have none.</summary>
    public static string[] DefaultNames(int count) => count == 1 ? ["output"] : [.. Enumerable.Range(0, count).Select(place => string.Create(CultureInfo.InvariantCulture, $"output_{place}"))];

    /// <summary>
    /// The weighted sum of the losses, or null where no output has one. The losses without their weights are left in the context, for the logs.
    /// </summary>
    public Tensor? Loss(Batch batch, Bundle<Tensor> prediction, CallContext context)
    {
        if (!HasLoss)
            return null;
        Bundle<Tensor> outputs = BundleOrder.Of(prediction, Outputs, "outputs");
        IReadOnlyList<Tensor?> targets = TargetsOf(batch), weights = WeightsOf(batch);
        Tensor? total = null;
        Tensor?[] values = new Tensor?[Parts.Count], divisors = new Tensor?[Parts.Count];
        for (int place = 0; place < Parts.Count; place++)
        {
            if (Parts[place].Loss is not { } loss)
                continue;
            Tensor target = targets[place] ?? throw new ArgumentException(Parts.Count == 1
                ? "The data set has no targets (y), from which the loss is computed. Give them, or override TrainStep."
                : $"The data has no targets (y) for the output '{Parts[place].Name}', which has a loss. Give them, or compile the model with a null loss for it.");
            (Tensor value, Tensor? divisor) = loss.Measure(target, outputs[place], weights[place], context.MaskOf(outputs[place]));
            (values[place], divisors[place]) = (value, divisor);
            Tensor weighted = Parts[place].LossWeight == 1 ? value : value * Parts[place].LossWeight;
            total = total is null ? weighted : total + weighted;
        }

        (context.OutputLosses, context.OutputDivisors) = (values, divisors);
        return total;
    }

    /// <summary>The targets of each output; null where there are none.</summary>
    public IReadOnlyList<Tensor?> TargetsOf(Batch batch)
    {
        if (batch.Targets is not { Names: null } targets || targets.Count == Parts.Count)
            return BundleOrder.Sparse(batch.Targets, Outputs, "targets");
        // Without names, and with as many targets as losses, only outputs with a loss have targets.
        int[] withLoss = [.. Parts.Index().Where(part => part.Item.Loss is not null).Select(part => part.Index)];
        if (targets.Count != withLoss.Length)
            return BundleOrder.Sparse(batch.Targets, Outputs, "targets");
        Tensor?[] sparse = new Tensor?[Parts.Count];
        for (int i = 0; i < withLoss.Length; i++)
            sparse[withLoss[i]] = targets[i];
        return sparse;
    }

    /// <summary>The sample weights of each output; one without a name is for all.</summary>
    public IReadOnlyList<Tensor?> WeightsOf(Batch batch) => batch.SampleWeights is { Count: 1, Names: null } one
        ? [.. Parts.Select(_ => one[0])]
        : BundleOrder.Sparse(batch.SampleWeights, Outputs, "sample weights");
}

/// <summary>What a model is compiled with for one output.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="Loss">Its loss, or null.</param>
/// <param name="LossWeight">How much it counts in the sum of losses.</param>
/// <param name="Metrics">What is reported of it.</param>
/// <param name="WeightedMetrics">What is reported with sample weights.</param>
internal sealed record OutputObjective(string Name, Loss? Loss, double LossWeight, MetricList Metrics, MetricList WeightedMetrics)
{
    public bool HasMetrics => Metrics.Count + WeightedMetrics.Count > 0;

    public bool NeedsTargets => Loss is not null || HasMetrics;
}
