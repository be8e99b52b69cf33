using Laminet.Tensors;

namespace Laminet.Optimizers;

/// <summary>Limits on the length of gradients.</summary>
internal static class Clipping
{
    /// <summary>The Euclidean norm of all elements of all gradients, in Float64: squares of large Float32 numbers would overflow.</summary>
    public static Tensor GlobalNorm(IEnumerable<Tensor> gradients) =>
        gradients.Select(gradient => gradient.Cast(DType.Float64).Square().Sum()).Aggregate((sum, square) => sum + square).Sqrt();

    /// <summary>
    /// What a gradient of a norm is multiplied by to be no longer than the limit: 1 where it is short enough; NaN where the norm is infinite or
    /// NaN, so that the fault shows.
    /// </summary>
    public static Tensor Factor(Tensor norm, double limit) => Tensor.Where(
        norm.IsFinite(), Tensor.Where(norm.LessEqual(limit), Tensor.Scalar(1.0), limit / norm), Tensor.Scalar(double.NaN));
}
