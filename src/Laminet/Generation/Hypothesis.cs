namespace Laminet.Generation;

/// <summary>What beam search has found.</summary>
/// <param name="tokens">The tokens after the prompt, without the stop token.</param>
/// <param name="score">ln p / length^penalty, the stop token counted in both.</param>
public sealed class Hypothesis(IReadOnlyList<int> tokens, double score)
{
    /// <summary>The tokens after the prompt, without the stop token.</summary>
    public IReadOnlyList<int> Tokens { get; } = tokens;

    /// <summary>ln p / length^penalty, the stop token counted in both.</summary>
    public double Score { get; } = score;
}
