namespace Laminet.Tensors.Kernels;

internal static class Rounding
{
    public static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;

    public static int RoundUp(int value, int multiple) => DivideUp(value, multiple) * multiple;
}
