using System.Runtime.CompilerServices;

namespace Laminet.Configuration;

/// <summary>Checks of settings.</summary>
public static class Setting
{
    /// <summary>The value, if it is valid.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not; the message says what was received and what is expected.</exception>
    /// <example><code>public int Units { get; } = Setting.Require(units, units &gt;= 1, "1 or more");</code></example>
    public static T Require<T>(T value, bool isValid, string expected, [CallerArgumentExpression(nameof(value))] string name = "") => isValid
        ? value
        : throw new ArgumentOutOfRangeException(name, $"Received {name} = {value}; expected {expected}.");
}
