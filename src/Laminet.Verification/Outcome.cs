namespace Laminet.Verification;

/// <summary>What a check came to.</summary>
/// <param name="Check">The check.</param>
/// <param name="Failure">What does not hold; null if all does.</param>
/// <param name="Time">How long it took.</param>
internal sealed record Outcome(Check Check, string? Failure, TimeSpan Time);
