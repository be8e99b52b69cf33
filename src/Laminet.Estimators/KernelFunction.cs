using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>A <see cref="Estimators.Kernel"/> with its numbers. Each value comes from a matrix product, of many examples with many.</summary>
internal sealed record KernelFunction(Kernel Kernel, double Gamma, int Degree, double Coef0)
{
    /// <summary>Examples such that <see cref="Of"/> keeps most digits: for distances, moved to lie about 0.</summary>
    /// <param name="x">(examples, features).</param>
    /// <param name="middle">The mean of those that they are compared with, Float64 (features,).</param>
    public Tensor About(Tensor x, Tensor middle) => Kernel == Kernel.Rbf ? (x.Cast(DType.Float64) - middle).Cast(x.DType) : x;

    /// <summary>The kernel of each example of a with each of b, (examples of a, examples of b).</summary>
    public Tensor Of(Tensor a, Tensor b)
    {
        Tensor products = a.MatMul(b, transposeOther: true);
        return Kernel switch
        {
            Kernel.Linear => products,
            Kernel.Poly => ((Gamma * products) + Coef0).Pow(Degree),
            // |a - b|² = |a|² + |b|² - 2 a b, which rounding may make negative; see About.
            _ => (((2 * products) - a.Square().Sum(1, keepDims: true) - b.Square().Sum(1)).Clip(double.NegativeInfinity, 0.0) * Gamma).Exp(),
        };
    }

    /// <summary>The kernel of each example with itself.</summary>
    public double[] OfItself(Tensor x)
    {
        Tensor squares = x.Cast(DType.Float64).Square().Sum(1);
        return (Kernel switch
        {
            Kernel.Linear => squares,
            Kernel.Poly => ((Gamma * squares) + Coef0).Pow(Degree),
            _ => squares.OnesLike(),
        }).ToArray<double>();
    }
}
