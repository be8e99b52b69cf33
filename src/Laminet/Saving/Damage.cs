using Laminet.Configuration;

namespace Laminet.Saving;

/// <summary>Turns whatever a damaged or foreign file leads to into one exception that names the file.</summary>
internal static class Damage
{
    /// <summary>Reads something of a file.</summary>
    /// <param name="source">The file and the part of it.</param>
    /// <param name="advice">What to do if it cannot be read.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static T Guard<T>(string source, string advice, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException exception) when (exception.Message.StartsWith(source, StringComparison.Ordinal))
        {
            // It says already where and what.
            throw;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{source}: {JsonForms.Reason(exception)}. {advice}", exception);
        }
    }
}
