namespace Laminet.Tensors.Kernels;

internal static class Rounding
{
    /// <summary>How many parts of <paramref name="divisor"/> cover <paramref name="value"/>; neither is negative.</summary>
    // Without a sign: the sum of both goes beyond an Int32 for the longest tensors.
    public static int DivideUp(int value, int divisor) => (int)(((uint)value + (uint)divisor - 1) / (uint)divisor);

    public static int RoundUp(int value, int multiple) => checked(DivideUp(value, multiple) * multiple);
}
