using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The leaky rectified linear unit: y = x above 0, else y = negativeSlope x. (Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML
/// 2013.) Keras: <c>LeakyReLU</c>; PyTorch: <c>nn.LeakyReLU</c>.
/// </summary>
/// <param name="negativeSlope">The slope below 0; zero or more. The function of the same name has 0.2 by default, the layer 0.3, as in Keras.</param>
public sealed class LeakyReLU(double negativeSlope = 0.3) : Layer
{
    public double NegativeSlope { get; } = Setting.Require(negativeSlope, negativeSlope >= 0, "zero or more");
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context) => Activations.LeakyRelu(input, NegativeSlope);
}
