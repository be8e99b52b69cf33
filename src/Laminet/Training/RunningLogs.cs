using Laminet.Data;
using Laminet.Metrics;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>The loss's running mean and a model's metrics: what steps add to, and what is reported.</summary>
internal sealed class RunningLogs
{
    private readonly Mean loss = new("loss");
    private readonly HashSet<string> undefined = [];
    private readonly string[] names;

    // Compiled apart from the steps: Fit reads logs only for callbacks and at the end of an epoch, and Reset and Restore change the metrics
    // between steps.
    private readonly CompiledFunction results;

    public RunningLogs(IReadOnlyList<Metric> metrics)
    {
        Metrics = [loss, .. metrics];
        names = [.. Metrics.Select(metric => metric.Name)];
        results = Function.Compile(_ => [Results()], "Logs");
    }

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

    /// <summary>Adds a batch: the loss as it was weighted, the metrics unweighted.</summary>
    public void Add(Batch batch, Tensor yTrue, Tensor yPred, Tensor lossOfBatch)
    {
        using FunctionScope scope = Function.Scope("figures");
        loss.Add(lossOfBatch, batch.Count);
        foreach (Metric metric in Metrics.Skip(1))
        {
            using FunctionScope part = Function.Scope(metric.Name);
            metric.UpdateState(yTrue, yPred);
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
        [.. Metrics.Where(metric => double.IsNaN(logs[metric.Name]) && metric.WhyNaN() is not null && undefined.Add(metric.Name))
            .Select(metric => $"The metric '{metric.Name}' is NaN: {metric.WhyNaN()}.")];

    /// <summary>Sets all back to nothing.</summary>
    public void Reset()
    {
        foreach (Metric metric in Metrics)
            metric.ResetState();
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
