using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>
/// Random weights of variance scale / n, where n is the number of inputs, the number of outputs, or their mean, so that signals neither grow
/// nor vanish from layer to layer. A dense kernel (in, out) has in inputs and out outputs; for a convolution kernel (..., in, out) both are multiplied
/// by the number of kernel positions.
/// </summary>
public abstract class ScaledInitializer : Initializer
{
    // The deviation of a standard normal number that is cut off at two.
    private const double TruncatedDeviation = 0.87962566103423978;

    private protected ScaledInitializer(double scale, FanMode mode, WeightDistribution distribution) =>
        (Scale, Mode, Distribution) = (Setting.Require(scale, scale > 0 && double.IsFinite(scale), "a finite number above 0"), mode, distribution);

    /// <summary>The variance times n.</summary>
    public double Scale { get; }

    /// <summary>How n is chosen.</summary>
    public FanMode Mode { get; }

    /// <summary>How the weights are distributed.</summary>
    public WeightDistribution Distribution { get; }

    /// <inheritdoc/>
    public sealed override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32)
    {
        (double fanIn, double fanOut) = Fans(shape);
        double units = Mode switch { FanMode.FanIn => fanIn, FanMode.FanOut => fanOut, _ => (fanIn + fanOut) / 2 };
        double variance = Scale / Math.Max(1, units);
        switch (Distribution)
        {
            case WeightDistribution.Uniform:
                // The variance of uniform numbers in [-limit, limit) is limit² / 3.
                double limit = Math.Sqrt(3 * variance);
                return key.Uniform(shape, -limit, limit, dtype);
            case WeightDistribution.TruncatedNormal:
                return key.TruncatedNormal(shape, 0, Math.Sqrt(variance) / TruncatedDeviation, dtype);
            default:
                return key.Normal(shape, 0, Math.Sqrt(variance), dtype);
        }
    }

    private static (double In, double Out) Fans(Shape shape)
    {
        if (shape.Rank < 2)
            return (shape.ElementCount, shape.ElementCount);
        double positions = 1;
        for (int axis = 0; axis < shape.Rank - 2; axis++)
            positions *= shape[axis];
        return (positions * shape[-2], positions * shape[-1]);
    }
}
