using System.Collections;
using System.Runtime.CompilerServices;

namespace Laminet.Metrics;

/// <summary>The metrics of one output: lets <c>new() { ["kind"] = ["accuracy"] }</c> be written.</summary>
[CollectionBuilder(typeof(MetricList), nameof(Create))]
public sealed class MetricList : IReadOnlyList<Metric>
{
    private readonly Metric[] metrics;

    private MetricList(Metric[] metrics) => this.metrics = metrics;

    /// <summary>How many there are.</summary>
    public int Count => metrics.Length;

    /// <summary>The metric at an index.</summary>
    public Metric this[int index] => metrics[index];

    /// <summary>A list of metrics.</summary>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public static MetricList Create(ReadOnlySpan<Metric> metrics)
    {
        int place = metrics.IndexOf((Metric)null!);
        return place < 0 ? new(metrics.ToArray()) : throw new ArgumentException($"Received null as metric {place} of {metrics.Length}; expected a metric or its name.", nameof(metrics));
    }

    /// <inheritdoc/>
    public IEnumerator<Metric> GetEnumerator() => ((IEnumerable<Metric>)metrics).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
