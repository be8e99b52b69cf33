using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Formulas of activation functions in tensor operations. They stay finite for large numbers, values and gradients, and have the right slope at 0, a unit's usual first input.
/// </summary>
internal static class Activations
{
    private const double SeluAlpha = 1.6732632423543772848170429916717;
    private const double SeluScale = 1.0507009873554804934193349852946;

    /// <summary>Where an <see cref="Selu"/> goes to: what alpha dropout sets numbers to.</summary>
    public const double SeluLimit = -SeluAlpha * SeluScale;

    public static Tensor Relu(Tensor x, double negativeSlope, double? maxValue, double threshold)
    {
        Tensor below = negativeSlope == 0 ? Tensor.Scalar(0, x.DType) : (x - threshold) * negativeSlope;
        Tensor result = Tensor.Where(x.Greater(threshold), x, below);
        return maxValue is { } largest ? result.Minimum(Tensor.Scalar(largest, x.DType)) : result;
    }

    public static Tensor LeakyRelu(Tensor x, double negativeSlope) => Tensor.Where(x.Greater(0), x, x * negativeSlope);

    // Of large numbers the exponential, which is not wanted there, would be infinite, and its gradient NaN.
    public static Tensor Elu(Tensor x, double alpha) => x.Relu() + (Below(x).Expm1() * alpha);

    public static Tensor Selu(Tensor x) => (x.Relu() * SeluScale) + (Below(x).Expm1() * (SeluScale * SeluAlpha));

    public static Tensor Celu(Tensor x, double alpha) => x.Relu() + ((Below(x) / alpha).Expm1() * alpha);

    public static Tensor Gelu(Tensor x) => x.Gelu();

    public static Tensor ApproximateGelu(Tensor x)
    {
        double factor = Math.Sqrt(2 / Math.PI);
        return x * (((x * ((x.Square() * (0.044715 * factor)) + factor)).Tanh() * 0.5) + 0.5);
    }

    public static Tensor HardSigmoid(Tensor x) => ((x * (1.0 / 6)) + 0.5).Clip(0, 1);

    public static Tensor SparsePlus(Tensor x) => ((x.Clip(-1, 1) + 1).Square() * 0.25) + (x - 1).Relu();

    // Of (x + sqrt(x² + b)) / 2 nothing would be left for a large negative x.
    public static Tensor Squareplus(Tensor x, double b)
    {
        Tensor size = x.Abs();
        return ((x + size) * 0.5) + ((b / 2) / ((x.Square() + b).Sqrt() + size));
    }

    public static Tensor Glu(Tensor x, int axis)
    {
        if (x.Shape[axis] % 2 != 0)
            throw new ShapeException($"the activation 'glu' received a tensor of shape {x.Shape}; expected an even length of axis {axis}, which is halved.");
        Tensor[] halves = x.Split(2, axis);
        return halves[0] * halves[1].Sigmoid();
    }

    public static Tensor Sparsemax(Tensor x, int axis)
    {
        int place = x.Shape.Axis(axis);
        Tensor last = x.SwappedWithLast(place);
        int length = last.Shape[-1];
        // The sorted numbers say how many are above zero. Which they are is constant where the function has a gradient.
        Tensor sorted = last.Detach().TopK(length).Values, before = sorted.CumSum(-1) - 1;
        Tensor support = (sorted * Tensor.Range(1, length + 1, x.DType)).Greater(before), count = support.Cast(x.DType).Sum(-1, keepDims: true);
        Tensor least = Tensor.Where(support, sorted, Tensor.Scalar(double.PositiveInfinity, x.DType)).Min(-1, keepDims: true);
        Tensor kept = last.GreaterEqual(least);
        Tensor shift = (Tensor.Where(kept, last, Tensor.Scalar(0, x.DType)).Sum(-1, keepDims: true) - 1) / count;
        return (last - shift).Relu().SwappedWithLast(place);
    }

    private static Tensor Below(Tensor x) => x.Minimum(Tensor.Scalar(0, x.DType));
}
