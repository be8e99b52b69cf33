namespace Laminet.Verification;

/// <summary>Comparison of numbers within a relative error, where below 1 it is an absolute one.</summary>
internal static class Near
{
    public static void Equal(IReadOnlyList<double> expected, Tensor actual, double tolerance, string where = "") =>
        Equal(expected, actual.Cast(DType.Float64).ToArray<double>(), tolerance, where);

    public static void Equal(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance, string where = "")
    {
        Expect.True(expected.Count == actual.Count, $"{where}expected {expected.Count} numbers, received {actual.Count}");
        for (int i = 0; i < expected.Count; i++)
        {
            // The text of a place is made of a failure alone: there are millions of places.
            if (!Is(expected[i], actual[i], tolerance))
                throw Failure(expected[i], actual[i], tolerance, $"{where}number {i} of {expected.Count}: ");
        }
    }

    public static void Equal(double expected, double actual, double tolerance, string where = "")
    {
        if (!Is(expected, actual, tolerance))
            throw Failure(expected, actual, tolerance, where);
    }

    private static bool Is(double expected, double actual, double tolerance) =>
        expected.Equals(actual) || (double.IsFinite(expected) && Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)));

    private static VerificationException Failure(double expected, double actual, double tolerance, string where) =>
        new(FormattableString.Invariant($"{where}expected {expected:R}, received {actual:R}; the tolerance is {tolerance:R}"));
}
