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
}
