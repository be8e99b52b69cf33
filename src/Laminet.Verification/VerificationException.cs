namespace Laminet.Verification;

/// <summary>Something does not hold. The message says what was received, what was expected, where, and within which tolerance.</summary>
internal sealed class VerificationException(string message) : Exception(message);
