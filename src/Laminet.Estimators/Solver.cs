namespace Laminet.Estimators;

/// <summary>How an MLP is trained.</summary>
public enum Solver
{
    /// <summary>Adam: for large data sets.</summary>
    Adam,

    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>L-BFGS, over all examples at once: for small data sets, where it is faster and better.</summary>
    Lbfgs,
}
