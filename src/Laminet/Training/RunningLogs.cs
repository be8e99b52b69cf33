using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>The losses' running means and a model's metrics: what steps add to, and what is reported.</summary>
internal sealed class RunningLogs
{
    private readonly Objective objective;
    private readonly Mean loss;
    private readonly Dictionary<int, Mean> outputLosses = [];
    private readonly HashSet<string> undefined = [];
    private readonly string[] names;

    // Compiled apart from the steps: Fit reads logs only for callbacks and at the end of an epoch, and ResetState and Restore change the metrics
    // between steps.
    private readonly CompiledFunction results;

    /// <param name="objective">What the model is compiled with.</param>
    /// <param name="ofLayers">Metrics that layers keep themselves.</param>
    /// <param name="before">The logs of the same model before it knew its outputs: their state is kept.</param>
    /// <exception cref="ArgumentException">Two metrics have one name.</exception>
    public RunningLogs(Objective objective, IReadOnlyList<Metric> ofLayers, RunningLogs? before = null)
    {
        loss = before?.loss ?? new Mean("loss");
        this.objective = objective;
        bool isOne = objective.Parts.Count == 1;
        List<string> reported = [];
        List<Metric> metrics = [];
        Report("loss", loss);
        for (int place = 0; place < objective.Parts.Count && !isOne; place++)
        {
            if (objective.Parts[place].Loss is not null)
                Report($"{objective.Parts[place].Name}_loss", outputLosses[place] = before?.outputLosses.GetValueOrDefault(place) ?? new Mean("loss"));
        }

        foreach (OutputObjective part in objective.Parts)
        {
            foreach (Metric metric in part.Metrics.Concat(part.WeightedMetrics))
                Report(isOne ? metric.Name : $"{part.Name}_{metric.Name}", metric);
        }

        foreach (Metric metric in ofLayers)
            Report(metric.Name, metric);
        (names, Metrics) = ([.. reported], metrics);
        results = Function.Compile(_ => (IReadOnlyList<Tensor>)[Results()], "Logs");

        void Report(string name, Metric metric)
        {
            if (reported.Contains(name))
                throw new ArgumentException($"Two metrics are named '{name}'. Give one of them another Name: the logs use the names as keys.");
            if (metrics.Contains(metric))
                throw new ArgumentException($"The metric {metric.Name} is given for two outputs. Give each output its own metric: a metric keeps state.");
            reported.Add(name);
            metrics.Add(metric);
        }
    }

    /// <summary>The names under which they are reported, in their order.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>All of them under their names.</summary>
    public IEnumerable<(string Name, Metric Metric)> ByName => names.Zip(Metrics);

    /// <summary>All of them, the loss first.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>The sum of all losses.</summary>
    public double LossTotal => loss.State[0].Item<double>();

    /// <summary>What all of them have gathered.</summary>
    public IReadOnlyList<Tensor> State
    {
        get => [.. Metrics.SelectMany(metric => metric.State).Select(variable => variable.Value)];
        set
        {
            foreach ((Variable variable, Tensor gathered) in Metrics.SelectMany(metric => metric.State).Zip(value))
                variable.Assign(gathered);
        }
    }

    /// <summary>Adds a batch: the losses as they were weighted by example, the metrics unweighted but for masks.</summary>
    public void Add(Batch batch, Bundle<Tensor> prediction, Tensor lossOfBatch, CallContext? context)
    {
        using FunctionScope scope = Function.Scope("figures");
        loss.Add(lossOfBatch.Detach(), batch.Count);
        foreach ((int place, Mean mean) in outputLosses)
        {
            if (context?.OutputLosses?[place] is { } value)
                mean.Add(value.Detach(), batch.Count);
        }

        if (!objective.Parts.Any(part => part.HasMetrics))
            return;
        Bundle<Tensor> outputs = BundleOrder.Of(prediction, objective.Outputs, "outputs");
        IReadOnlyList<Tensor?> targets = objective.TargetsOf(batch), weights = objective.WeightsOf(batch);
        foreach ((int place, OutputObjective output) in objective.Parts.Index().Where(part => part.Item.HasMetrics))
        {
            Tensor target = targets[place] ?? throw new ArgumentException($"The data has no targets (y){(targets.Count > 1 ? $" for the output '{output.Name}'" : "")}, "
                + "which its metrics are computed from. Give them, or compile the model without metrics for it.");
            Tensor? mask = context?.MaskOf(outputs[place]);
            foreach (Metric metric in output.Metrics)
                Update(metric, target, outputs[place], mask?.Cast(DType.Float64));
            foreach (Metric metric in output.WeightedMetrics)
                Update(metric, target, outputs[place], Masked(weights[place], mask));
        }
    }

    /// <summary>What they are now. Compiled, it allocates nothing from the second call on, up to eight figures.</summary>
    public Logs Read(bool eagerly)
    {
        Span<double> values = names.Length <= Logs.Inline ? stackalloc double[names.Length] : new double[names.Length];
        if (eagerly)
            Results().CopyTo(values);
        else
            results.CallInto(values);
        return new Logs(names, values);
    }

    /// <summary>The metrics that are NaN and know why, in words; each once.</summary>
    public IEnumerable<string> NewlyUndefined(Logs logs) =>
        [.. ByName.Where(pair => double.IsNaN(logs[pair.Name]) && pair.Metric.WhyNaN() is not null && undefined.Add(pair.Name))
            .Select(pair => $"The metric '{pair.Name}' is NaN: {pair.Metric.WhyNaN()}.")];

    /// <summary>Sets all back to nothing.</summary>
    public void Reset()
    {
        foreach (Metric metric in Metrics)
            metric.ResetState();
    }

    private static void Update(Metric metric, Tensor target, Tensor prediction, Tensor? weights)
    {
        using FunctionScope part = Function.Scope(metric.Name);
        metric.UpdateState(target, prediction, weights);
    }

    // A step counts as its example does, if it counts at all.
    private static Tensor? Masked(Tensor? weights, Tensor? mask)
    {
        if (weights is null || mask is null)
            return weights ?? mask?.Cast(DType.Float64);
        Shape outer = Targets.OuterAxes("weighted metrics", weights.Shape, mask.Shape);
        return mask.Cast(DType.Float64) * weights.Cast(DType.Float64).Reshape([.. outer, .. Enumerable.Repeat(1, mask.Rank - outer.Rank)]);
    }

    private Tensor Results() => Tensor.Stack([.. Metrics.Select(ResultOf)]);

    private static Tensor ResultOf(Metric metric)
    {
        Tensor result = metric.Result();
        return result.Rank == 0
            ? result.Cast(DType.Float64)
            : throw new ShapeException($"{metric.GetType().Name}: Result gave a tensor of shape {result.Shape}; expected a scalar. Reduce it (Sum, Mean) or take one element (At).");
    }
}
