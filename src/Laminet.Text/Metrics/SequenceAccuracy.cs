namespace Laminet.Text.Metrics;

/// <summary>The share of sequences that are right as a whole.</summary>
public static class SequenceAccuracy
{
    /// <summary>How many of the sequences equal their targets in length and in every element, over how many there are.</summary>
    /// <param name="sequences">The sequences, such as tokens or words, without padding.</param>
    /// <param name="targets">What they should be.</param>
    /// <exception cref="ArgumentException">There are no sequences, or not as many targets.</exception>
    public static double Of<T>(IReadOnlyList<IReadOnlyList<T>> sequences, IReadOnlyList<IReadOnlyList<T>> targets)
    {
        Pairing.Require(sequences, targets);
        return sequences.Zip(targets).Average(pair => pair.First.SequenceEqual(pair.Second) ? 1.0 : 0.0);
    }
}
