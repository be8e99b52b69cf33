using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Laminet.Configuration;

/// <summary>Checks of settings.</summary>
public static class Setting
{
    /// <summary>Returns the value if it is valid.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not valid. The message says what was received and what was expected.</exception>
    /// <example><code>
    /// sealed class Power(double exponent) : Layer
    /// {
    ///     public double Exponent { get; } = Setting.Require(exponent, exponent &gt; 0, "a number above 0");
    ///     protected override Tensor Forward(Tensor x, CallContext context) => x.Pow(Exponent);
    /// }
    /// </code></example>
    public static T Require<T>(T value, bool isValid, string expected, [CallerArgumentExpression(nameof(value))] string name = "") => isValid
        ? value
        : throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"Received {name} = {Text(value)}; expected {expected}."));

    // A list's own text is the name of its class.
    private static string? Text<T>(T value) => value is IList items
        ? $"[{string.Join(", ", items.Cast<object?>().Select(Text))}]"
        : Convert.ToString(value, CultureInfo.InvariantCulture);
}
