using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Divides each number by a power of the mean square of its neighbouring channels: y = x / (k + alpha/size sum(x'²))^beta, where x' runs over the channels from size/2 before
/// to (size - 1)/2 after. Channels are the last axis; no parameters. Defaults as in PyTorch. (Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep
/// convolutional neural networks", NIPS 2012, section 3.3: there alpha multiplies the sum, so AlexNet's layer is
/// <c>new LocalResponseNormalization(5, alpha: 5e-4, beta: 0.75, k: 2)</c>.) PyTorch: <c>nn.LocalResponseNorm</c>.
/// </summary>
/// <param name="size">How many channels a window has.</param>
/// <param name="alpha">The factor of the mean square.</param>
/// <param name="beta">The exponent.</param>
/// <param name="k">What is added, so that nothing is divided by zero.</param>
public sealed class LocalResponseNormalization(int size, double alpha = 1e-4, double beta = 0.75, double k = 1) : Layer
{
    public int Size { get; } = Setting.Require(size, size >= 1, "1 or more");
    public double Alpha { get; } = Setting.Require(alpha, alpha >= 0, "0 or more");
    public double Beta { get; } = Setting.Require(beta, double.IsFinite(beta), "a finite number");
    public double K { get; } = Setting.Require(k, k > 0, "a number above 0");
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context) => input.LocalResponseNormalize(Size, Alpha, Beta, K);
}
