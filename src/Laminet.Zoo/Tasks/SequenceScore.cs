namespace Laminet.Zoo.Tasks;

/// <summary>How well sequences of a size are answered.</summary>
/// <param name="Size">The size, in words.</param>
/// <param name="WrongBits">How many bits of an answer are wrong, mean over the sequences.</param>
/// <param name="AnswerBits">How many it has, mean over the sequences.</param>
public sealed record SequenceScore(string Size, double WrongBits, double AnswerBits)
{
    /// <summary>The share of the bits that is wrong.</summary>
    public double WrongShare => WrongBits / AnswerBits;
}
