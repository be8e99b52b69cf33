using Laminet.Initializers;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A learned factor for each feature: y = gamma x. With a small first value a residual block begins as the identity. Input (batch, ..., features), output likewise; parameters features. (Touvron et al., "Going
/// deeper with image transformers", ICCV 2021.)
/// </summary>
/// <param name="initialValue">The first value of all factors.</param>
public sealed class LayerScale(double initialValue = 1e-6) : Layer
{
    private Variable? gamma;

    public double InitialValue { get; } = Setting.Require(initialValue, double.IsFinite(initialValue), "a finite number");

    protected override bool SupportsMasking => true;

    protected override void Build(Shape input) => gamma = AddWeight("gamma", [input[-1]], new Constant(InitialValue));

    protected override Tensor Forward(Tensor input, CallContext context) => input * gamma!.Value;
}
