using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Regularizers;

/// <summary>
/// factor sum(w²), without the factor 1/2: keeps weights small. (Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems", 1970.) Keras: <c>L2</c>.
/// </summary>
/// <param name="factor">The factor; zero or more.</param>
public sealed class L2([SettingName("l2")] double factor = 0.01) : Regularizer
{
    public double Factor { get; } = Penalty(factor);

    /// <inheritdoc/>
    public override Tensor Call(Tensor x) => Factor * x.Square().Sum();
}
