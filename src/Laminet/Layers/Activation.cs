using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Applies an activation function, y = f(x); the shape stays. Keras: <c>Activation</c>.</summary>
/// <param name="function">The function, by name or value.</param>
public sealed class Activation([SettingName("activation")] ActivationFunction? function) : Layer
{
    public ActivationFunction Function { get; } = function ?? ActivationFunction.Linear;

    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context) => Function.Call(input);
}
