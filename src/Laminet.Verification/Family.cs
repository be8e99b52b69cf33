namespace Laminet.Verification;

/// <summary>What is verified, in the order of the report.</summary>
internal enum Family
{
    Operations,
    Activations,
    Layers,
    Losses,
    Metrics,
    Optimizers,
    Schedules,
    Initializers,
    Regularizers,
    Constraints,
    Callbacks,
}
