using Laminet.Tensors;

namespace Laminet.Regularizers;

/// <summary>
/// l1 sum(|w|) + l2 sum(w²), the elastic net. As in Keras both factors are 0 unless given. (Zou and Hastie, "Regularization and variable selection via the elastic net", 2005.)
/// Keras: <c>L1L2</c>.
/// </summary>
/// <param name="l1">The factor of the absolute values.</param>
/// <param name="l2">The factor of the squares.</param>
public sealed class L1L2(double l1 = 0, double l2 = 0) : Regularizer
{
    public double L1 { get; } = Penalty(l1);
    public double L2 { get; } = Penalty(l2);

    /// <inheritdoc/>
    public override Tensor Call(Tensor x) => (L1 * x.Abs().Sum()) + (L2 * x.Square().Sum());
}
