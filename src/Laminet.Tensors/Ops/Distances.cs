using System.Globalization;

namespace Laminet.Tensors;

/// <content>Distances of points from each other, and of pictures.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// The distance of each point from each other one, (Σ |x - y|ᵖ)^(1/p): (..., m, d) and (..., n, d) to (..., m, n). By differences: exact for near points too, with m n d numbers in memory. The gradient
    /// of a distance 0 is 0. Keras and PyTorch: <c>cdist</c>; SciPy: <c>distance.cdist</c>. For many points take <see cref="SquaredDistances"/>.
    /// </summary>
    /// <param name="other">y.</param>
    /// <param name="order">p, 1 or more; infinity takes the largest difference.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is below 1.</exception>
    /// <exception cref="ShapeException">The points have different numbers of coordinates.</exception>
    public Tensor CDist(Tensor other, double order = 2)
    {
        RequirePoints("CDist", other);
        if (!(order >= 1))
            throw new ArgumentOutOfRangeException(nameof(order), string.Create(CultureInfo.InvariantCulture, $"CDist: received the order {order}; expected 1 or more."));
        Tensor difference = ExpandDims(-2) - other.ExpandDims(-3);
        if (order is 1 or 2 || double.IsPositiveInfinity(order))
            return difference.Norm(-1, order);
        // The root of 0 has no finite slope.
        Tensor sum = difference.Abs().Pow(order).Sum(-1), isZero = sum.Equal(0L);
        return Where(isZero, sum, Where(isZero, sum.OnesLike(), sum).Pow(1 / order));
    }

    /// <summary>
    /// The squared Euclidean distance of each point from each other one, |x|² + |y|² - 2 x y by a matrix product about the mean of y: (..., m, d) and (..., n, d) to (..., m, n). Fast, with m n numbers in
    /// memory; of near points it has the digits of their distance from the mean. Never negative. SciPy: <c>distance.cdist</c> of "sqeuclidean".
    /// </summary>
    /// <param name="other">y.</param>
    /// <exception cref="ShapeException">The points have different numbers of coordinates.</exception>
    public Tensor SquaredDistances(Tensor other)
    {
        RequirePoints("SquaredDistances", other);
        if (other.Shape[-2] == 0)
            return (Sum(-1, keepDims: true) - other.Sum(-1).ExpandDims(-2)).Relu();
        // The distances do not depend on where the middle is, so neither do their gradients.
        Tensor middle = other.Detach().Mean(-2, keepDims: true), x = this - middle, y = other - middle;
        return (x.Square().Sum(-1, keepDims: true) + y.Square().Sum(-1).ExpandDims(-2) - (2 * x.MatMul(y, transposeOther: true))).Relu();
    }

    /// <summary>
    /// The ratio of the largest possible signal to the error in decibels, 20 log₁₀(maximum) - 10 log₁₀(mean (x - y)²); infinite for equal pictures. A scalar. Keras: <c>psnr</c>.
    /// </summary>
    /// <param name="other">y, of the same shape.</param>
    /// <param name="maximum">The largest possible number, as 1 or 255.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public Tensor Psnr(Tensor other, double maximum)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Shape == other.Shape
            ? (20 * Math.Log10(maximum)) - (10 * (this - other).Square().Mean().Log10())
            : throw new ShapeException($"Psnr: received {Shape} and {other.Shape}; expected pictures of one shape.");
    }

    /// <summary>The mean and the variance of the numbers along axes. Keras: <c>moments</c>; PyTorch: <c>var_mean</c>, of the other order and with a correction of 1.</summary>
    /// <param name="axes">The axes; by default all.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    public (Tensor Mean, Tensor Variance) Moments(Axes axes = default, bool keepDims = false) => (Mean(axes, keepDims), Variance(axes, keepDims));

    private void RequirePoints(string operation, Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Rank < 2 || other.Rank < 2 || Shape[-1] != other.Shape[-1])
            throw new ShapeException($"{operation}: received {Shape} and {other.Shape}; expected (..., m, d) and (..., n, d), points of as many coordinates.");
    }
}
