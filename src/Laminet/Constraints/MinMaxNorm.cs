using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Constraints;

/// <summary>
/// Brings the Euclidean norm of vectors of weights between two limits: w m / (n + 1e-7), with n = |w| and m = rate clip(n, minValue, maxValue) + (1 - rate) n. Keras:
/// <c>MinMaxNorm</c>.
/// </summary>
/// <param name="minValue">The smallest norm.</param>
/// <param name="maxValue">The largest norm.</param>
/// <param name="rate">How far a norm outside the limits goes towards them at each step; 1 is all the way.</param>
/// <param name="axis">The axes of a vector, as in <see cref="MaxNorm"/>; 0 by default.</param>
public sealed class MinMaxNorm(double minValue = 0, double maxValue = 1, double rate = 1, Axes? axis = null) : Constraint
{
    public double MinValue { get; } = Setting.Require(minValue, minValue >= 0, "zero or more");
    public double MaxValue { get; } = Setting.Require(maxValue, maxValue >= minValue, "minValue or more");
    public double Rate { get; } = Setting.Require(rate, rate is > 0 and <= 1, "above 0, up to 1");
    public Axes Axis { get; } = axis ?? 0;

    /// <inheritdoc/>
    public override Tensor Call(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor norm = x.Norm(Axis, keepDims: true);
        return x * (((norm.Clip(MinValue, MaxValue) * Rate) + (norm * (1 - Rate))) / (norm + Epsilon));
    }
}
