using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;

namespace Laminet.Layers;

/// <summary>How the weights of projections begin and what they keep to.</summary>
internal sealed record ProjectionSettings(
    bool UseBias, Initializer KernelInitializer, Initializer BiasInitializer, Regularizer? KernelRegularizer = null, Regularizer? BiasRegularizer = null,
    Constraint? KernelConstraint = null, Constraint? BiasConstraint = null);
