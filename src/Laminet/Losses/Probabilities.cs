using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>Probabilities kept from 0 and 1, where the logarithm is infinite.</summary>
internal static class Probabilities
{
    /// <summary>Keras's fuzz factor.</summary>
    public const double Epsilon = 1e-7;

    public static Tensor Clipped(Tensor probabilities) => probabilities.Clip(Epsilon, 1 - Epsilon);

    /// <summary>y (1 - s) + s u: the targets drawn towards the uniform distribution u.</summary>
    public static Tensor Smoothed(Tensor targets, double smoothing, double uniform) =>
        smoothing == 0 ? targets : (targets * (1 - smoothing)) + (smoothing * uniform);

    /// <summary>The entry of each row of the last axis at its label.</summary>
    // A choice, not a product with one-hot targets: what is not chosen may be NaN.
    public static Tensor OfLabels(Tensor probabilities, Tensor labels) =>
        Tensor.Where(labels.OneHot(probabilities.Shape[-1], DType.Bool), probabilities, Tensor.Scalar(0, probabilities.DType)).Sum(-1);

    /// <summary>wrong^gamma: how much an element counts in a focal loss. At 0 a power below 1 has an infinite slope, so 0 counts as 1e-7.</summary>
    public static Tensor Focus(Tensor wrong, double gamma) =>
        gamma == 0 ? wrong.OnesLike() : wrong.Clip(Epsilon, double.PositiveInfinity).Pow(gamma);
}
