using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Language;

/// <summary>Adds a learned number to each feature: y = x + b. Parameters: the features.</summary>
public sealed class AddBias : Layer
{
    private Variable? bias;

    static AddBias() => Registry.Register<AddBias>();

    /// <inheritdoc/>
    protected override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override void Build(Shape input) => bias = AddWeight("bias", [input[-1]], new Zeros());

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => input + bias!.Value;
}
