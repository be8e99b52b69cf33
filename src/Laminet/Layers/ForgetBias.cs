using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Draws the bias of i, g and o with another initializer; that of f is 1. (Jozefowicz, Zaremba and Sutskever, ICML 2015.)</summary>
internal sealed class ForgetBias(Initializer others) : Initializer
{
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32)
    {
        int units = shape[0] / 4;
        return Tensor.Concatenate(
        [
            others.Call([units], key.Fold(0), dtype), Tensor.Ones([units], dtype), others.Call([2 * units], key.Fold(1), dtype),
        ]);
    }
}
