using Laminet.Vision.Images;

namespace Laminet.Cli;

/// <summary>An exception as one or two lines for the user.</summary>
internal static class ErrorText
{
    public static string Of(Exception exception)
    {
        string message = exception switch
        {
            UsageException or IOException or UnauthorizedAccessException or ArgumentException or FormatException or InvalidDataException
                or InvalidOperationException or NotSupportedException or ImageException => exception.Message,
            // A model whose logits are no numbers; an overflow or a division by zero would be our own.
            ArithmeticException when exception.GetType() == typeof(ArithmeticException) => exception.Message,
            OutOfMemoryException => "out of memory. Try a smaller --batch or --limit.",
            _ => $"{exception.GetType().Name}: {exception.Message} This is a bug in Laminet; LAMINET_DEBUG=1 shows the stack trace.",
        };
        // .NET appends the parameter's name, which says nothing to someone at a command line.
        string withoutParameter = message.Split(" (Parameter '")[0];
        string[] lines = withoutParameter.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join(Environment.NewLine, lines.Take(2).Select(Printable));
    }

    /// <summary>Text from a file or the user without control characters, which could command the terminal.</summary>
    public static string Printable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
