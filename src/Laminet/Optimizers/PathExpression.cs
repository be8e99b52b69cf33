using System.Text.RegularExpressions;

namespace Laminet.Optimizers;

/// <summary>Regular expressions for the paths of variables.</summary>
internal static class PathExpression
{
    /// <summary>An expression whose time grows with the path alone: expressions come from files, too.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="received">What the caller gave, for the error.</param>
    /// <param name="parameter">The caller's parameter.</param>
    /// <exception cref="ArgumentException">It is no such expression.</exception>
    public static Regex Of(string pattern, string received, string parameter)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"Received {received}; expected a path or a regular expression without look-around and back references. {exception.Message}", parameter, exception);
        }
    }
}
