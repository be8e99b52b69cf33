namespace Laminet.Training.Tools;

/// <summary>Whether a network could learn one batch.</summary>
/// <param name="IsLearned">Whether the loss fell as far as it was to.</param>
/// <param name="Losses">The loss before each step.</param>
/// <param name="Causes">If not, why that is likely, the surest cause first. If so, what is wrong with the loss all the same; mostly nothing.</param>
public sealed record OverfitReport(bool IsLearned, IReadOnlyList<double> Losses, IReadOnlyList<string> Causes)
{
    /// <summary>The outcome in words.</summary>
    public override string ToString() => IsLearned
        ? $"The batch was learned in {Losses.Count} steps{(Causes.Count == 0 ? "." : $", but:{List}")}"
        : $"The batch was not learned in {Losses.Count} steps. Likely causes:{List}";

    private string List => string.Concat(Causes.Select(cause => $"\n- {cause}"));
}
