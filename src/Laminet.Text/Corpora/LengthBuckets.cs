namespace Laminet.Text.Corpora;

/// <summary>Lengths to which texts of similar length are padded together (<see cref="Laminet.Data.Dataset.PaddedBatch"/>).</summary>
public static class LengthBuckets
{
    /// <summary>Chooses lengths so that about as many texts fall into each bucket; the last is that of the longest text.</summary>
    /// <param name="lengths">The lengths of the texts.</param>
    /// <param name="count">The most buckets. A model is compiled for each.</param>
    /// <param name="multiple">The lengths are multiples of this.</param>
    /// <exception cref="ArgumentException">There are no lengths.</exception>
    public static IReadOnlyList<int> Of(IEnumerable<int> lengths, int count = 4, int multiple = 1)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(multiple, 1);
        int[] sorted = [.. lengths.Order()];
        if (sorted.Length == 0 || sorted[0] < 0)
            throw new ArgumentException($"Received {(sorted.Length == 0 ? "no lengths" : $"the length {sorted[0]}")}; expected one length of 0 or more for each text.", nameof(lengths));
        return [.. Enumerable.Range(1, count).Select(bucket => sorted[(int)((long)sorted.Length * bucket / count) is var end && end > 0 ? end - 1 : 0])
            .Select(length => Math.Max(1, (length + multiple - 1) / multiple) * multiple).Distinct().Order()];
    }
}
