namespace Laminet.Estimators;

/// <summary>The function of an MLP's hidden units.</summary>
public enum HiddenActivation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x.</summary>
    Identity,

    /// <summary>1 / (1 + e^-x).</summary>
    Logistic,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}
