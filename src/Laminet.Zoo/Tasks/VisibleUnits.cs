namespace Laminet.Zoo.Tasks;

/// <summary>What the visible units of a <see cref="RestrictedBoltzmannMachine"/> are.</summary>
public enum VisibleUnits
{
    /// <summary>0 or 1. Numbers between are taken for probabilities.</summary>
    Binary,

    /// <summary>Real numbers, normally distributed with deviation 1 about their means: data must have mean 0 and deviation 1.</summary>
    Gaussian,
}
