namespace Laminet.Estimators;

/// <summary>What stands for the product of two examples in a support vector machine: their product in a space of more features, which is never entered.</summary>
public enum Kernel
{
    /// <summary>exp(-γ |a - b|²).</summary>
    Rbf,

    /// <summary>a b.</summary>
    Linear,

    /// <summary>(γ a b + coef0)^degree.</summary>
    Poly,
}
