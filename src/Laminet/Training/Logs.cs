using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Laminet.Configuration;

namespace Laminet.Training;

/// <summary>
/// The figures that a step reports, by name: the loss and the metrics after that step, as in <c>logs["loss"]</c>. Later steps do
/// not change the value. A step allocates nothing to return it, unless there are more than eight figures or the value is boxed as an interface.
/// </summary>
#pragma warning disable CA1710 // It is the logs that it is about; that they can be looked up by name is by the way.
public readonly struct Logs : IReadOnlyDictionary<string, double>, IEquatable<Logs>
#pragma warning restore CA1710
{
    /// <summary>How many figures need no array.</summary>
    internal const int Inline = 8;

    private readonly string[]? names;
    private readonly Few few;
    private readonly double[]? many;

    internal Logs(string[] names, ReadOnlySpan<double> values)
    {
        this.names = names;
        if (values.Length <= Inline)
            values.CopyTo(few);
        else
            many = values.ToArray();
    }

    /// <summary>How many figures there are.</summary>
    public int Count => names?.Length ?? 0;

    /// <summary>The names in order, the loss first.</summary>
    public IEnumerable<string> Keys => names ?? [];

    /// <summary>The figures in the order of their names.</summary>
    public IEnumerable<double> Values
    {
        get
        {
            for (int i = 0; i < Count; i++)
                yield return ValueAt(i);
        }
    }

    /// <summary>The figure with this name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those that exist.</exception>
    public double this[string key] => TryGetValue(key, out double value)
        ? value
        : throw new KeyNotFoundException($"There is no figure '{key}'; there are {string.Join(", ", Keys)}.{Suggestion.For(key, Keys)} Give Compile a metric of that name.");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Array.IndexOf(names ?? [], key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double value)
    {
        ArgumentNullException.ThrowIfNull(key);
        int place = Array.IndexOf(names ?? [], key);
        value = place < 0 ? 0 : ValueAt(place);
        return place >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return new KeyValuePair<string, double>(names![i], ValueAt(i));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether both have the same names with the same values.</summary>
    public bool Equals(Logs other) => Keys.SequenceEqual(other.Keys) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Logs other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, Count == 0 ? 0 : ValueAt(0));

    /// <summary>Whether both are equal.</summary>
    public static bool operator ==(Logs left, Logs right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Logs left, Logs right) => !left.Equals(right);

    /// <summary>For example <c>loss: 0.3, accuracy: 0.9</c>.</summary>
    public override string ToString() =>
        string.Join(", ", this.Select(figure => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{figure.Key}: {figure.Value:G6}")));

    private double ValueAt(int place) => many is null ? few[place] : many[place];

    [InlineArray(Inline)]
    private struct Few
    {
        private double first;
    }
}
