namespace Laminet.Cli;

/// <summary>A wrong use of the command line. The message says what was received, what was expected and what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);
