using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The exponential linear unit: x above 0, else alpha (exp(x) - 1). (Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by ELUs", ICLR 2016.) Keras:
/// <c>ELU</c>; PyTorch: <c>nn.ELU</c>.
/// </summary>
/// <param name="alpha">What it goes to, negative.</param>
public sealed class ELU(double alpha = 1) : Layer
{
    public double Alpha { get; } = Setting.Require(alpha, double.IsFinite(alpha), "a finite number");
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context) => Activations.Elu(input, Alpha);
}
