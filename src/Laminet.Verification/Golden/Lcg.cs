
namespace Laminet.Verification.Golden;

/// <summary>The generator of the golden scripts: x to (1103515245 x + 12345) mod 2^31, numbers in [0, 1).</summary>
internal sealed class Lcg(long seed)
{
    private long state = seed;

    public double[] Array(int count)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            state = ((state * 1103515245) + 12345) % (1L << 31);
            values[i] = state / (double)(1L << 31);
        }

        return values;
    }

    public Tensor Tensor(Shape shape, double minus = 0, DType dtype = DType.Float64) =>
        (Tensors.Tensor.From(Array(shape.ElementCount), shape) - minus).Cast(dtype);
}
