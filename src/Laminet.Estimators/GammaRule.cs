namespace Laminet.Estimators;

/// <summary>How a kernel's γ follows from the data where none is given.</summary>
public enum GammaRule
{
    /// <summary>1 / (features · variance of all numbers of x); 1 where they are all equal.</summary>
    Scale,

    /// <summary>1 / features.</summary>
    Auto,
}
