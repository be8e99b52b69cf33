using System.Globalization;

namespace Laminet.Verification;

/// <summary>States what must hold; what does not is a <see cref="VerificationException"/>.</summary>
internal static class Expect
{
    public static void True(bool holds, string otherwise)
    {
        if (!holds)
            throw new VerificationException(otherwise);
    }

    public static void Equal<T>(T expected, T received, string where = "") =>
        True(EqualityComparer<T>.Default.Equals(expected, received), $"{Lead(where)}expected {Text(expected)}, received {Text(received)}");

    /// <summary>The same elements in the same order; numbers to the last bit.</summary>
    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> received, string where = "")
    {
        T[] wanted = [.. expected], values = [.. received];
        True(wanted.Length == values.Length, $"{Lead(where)}expected {wanted.Length} elements, received {values.Length}");
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(wanted[i], values[i]))
                Equal(wanted[i], values[i], $"{Lead(where)}element {i} of {wanted.Length}");
        }
    }

    public static void InRange(double received, double lowest, double highest, string where = "") =>
        True(received >= lowest && received <= highest, $"{Lead(where)}expected a number from {Text(lowest)} to {Text(highest)}, received {Text(received)}");

    public static void Throws<TException>(Action action, string where) where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException)
        {
            return;
        }

        throw new VerificationException($"{Lead(where)}expected a {typeof(TException).Name}, received none");
    }

    private static string Lead(string where) => where.Length == 0 || where.EndsWith(": ", StringComparison.Ordinal) ? where : where + ": ";

    private static string Text<T>(T value) => value switch
    {
        null => "nothing",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
