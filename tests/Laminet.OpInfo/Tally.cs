using System.Globalization;

namespace Laminet.OpInfo;

/// <summary>How an operator's samples went.</summary>
/// <param name="Operator">Its name, with the variant.</param>
/// <param name="Samples">How many there are.</param>
/// <param name="Passed">How many agree with PyTorch, forward and backward.</param>
/// <param name="First">What differs in the first that does not; null if all agree or there is no counterpart.</param>
/// <param name="HasCounterpart">Whether Laminet has the operator.</param>
/// <param name="Random">Whether there are random outputs, of which shapes and types alone were compared.</param>
internal sealed record Tally(string Operator, int Samples, int Passed, string? First, bool HasCounterpart, bool Random)
{
    public bool Passes => HasCounterpart && Passed == Samples;

    public static IReadOnlyList<Tally> Of(IEnumerable<string> lines) => [.. lines.Select(Sample.Read).GroupBy(sample => sample.Operator).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Of(group.Key, [.. group]))];

    /// <summary>What is wrong with the list of explained operators: one in it that passes, or a failing one that is not in it.</summary>
    public static IEnumerable<string> Wrong(IReadOnlyList<Tally> tallies, IReadOnlyDictionary<string, Explanation> explained, DType type)
    {
        foreach (Tally tally in tallies)
        {
            bool listed = explained.TryGetValue(tally.Operator, out Explanation? entry) && (type == DType.Float32 ? entry.Float32 : entry.Float64);
            if (!listed && !tally.Passes)
                yield return $"{tally.Operator} fails and is not explained: {tally.First ?? "no counterpart"}";
            if (listed && tally.Passes)
                yield return $"{tally.Operator} is in the list and passes";
            if (entry is not null && entry.HasCounterpart != tally.HasCounterpart)
                yield return $"{tally.Operator} is in the list with {(entry.HasCounterpart ? "a" : "no")} counterpart, but has {(tally.HasCounterpart ? "one" : "none")}";
        }
    }

    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Operator,-48} {Samples,5} {Passed,6}  {First ?? (HasCounterpart ? Random ? "in part random" : "" : "no counterpart")}");

    private static Tally Of(string name, IReadOnlyList<Sample> samples)
    {
        Func<Arguments, object>? counterpart = Counterparts.Find(name);
        if (counterpart is null)
            return new Tally(name, samples.Count, 0, null, false, false);
        string?[] differences = [.. samples.Select(sample => Comparison.Difference(sample, counterpart))];
        int first = Array.FindIndex(differences, difference => difference is not null);
        return new Tally(name, samples.Count, differences.Count(difference => difference is null), first < 0 ? null : $"sample {first}: {differences[first]}", true, samples.Any(sample => sample.Outputs.Any(output => output.Values is null)));
    }
}
