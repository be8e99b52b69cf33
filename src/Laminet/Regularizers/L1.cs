using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Regularizers;

/// <summary>factor sum(|w|): drives weights to 0. (Tibshirani, "Regression shrinkage and selection via the lasso", 1996.) Keras: <c>L1</c>.</summary>
/// <param name="factor">The factor; zero or more.</param>
public sealed class L1([SettingName("l1")] double factor = 0.01) : Regularizer
{
    public double Factor { get; } = Penalty(factor);

    /// <inheritdoc/>
    public override Tensor Call(Tensor x) => Factor * x.Abs().Sum();
}
