using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Constraints;

/// <summary>
/// Scales vectors of weights down to a largest Euclidean norm: w min(n, maxValue) / (n + 1e-7), with n = |w|. (Srivastava et al., "Dropout: a simple way to prevent neural
/// networks from overfitting", JMLR 2014.) Keras: <c>MaxNorm</c>.
/// </summary>
/// <param name="maxValue">The largest norm.</param>
/// <param name="axis">
/// The axes of a vector; 0 by default. For the kernel of a Dense, (in, out), 0 means the weights of a unit; for that of a Conv2D give [0, 1, 2], a filter.
/// </param>
public sealed class MaxNorm(double maxValue = 2, Axes? axis = null) : Constraint
{
    public double MaxValue { get; } = Setting.Require(maxValue, maxValue >= 0, "zero or more");
    public Axes Axis { get; } = axis ?? 0;

    /// <inheritdoc/>
    public override Tensor Call(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor norm = x.Norm(Axis, keepDims: true);
        return x * (norm.Clip(0, MaxValue) / (norm + Epsilon));
    }
}
