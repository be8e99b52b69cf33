using System.Globalization;

namespace Laminet.Data;

/// <summary>Checks of arguments that several transformations share.</summary>
internal static class Checked
{
    public static int Positive(int value, string operation, string name) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), $"{operation}: received the {name} {value}; it must be 1 or more.");

    /// <summary>A fraction strictly between 0 and 1.</summary>
    public static double Fraction(double value) => value is > 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value),
            string.Create(CultureInfo.InvariantCulture,
                $"Received the validation fraction {value}; expected a number between 0 and 1, such as 0.1 for a tenth. For no validation data, do not split."));
}
