namespace Laminet.Zoo.Tasks;

/// <summary>How a <see cref="HopfieldNetwork"/> stores a pattern x of N units.</summary>
public enum HopfieldRule
{
    /// <summary>W ← W + x xᵀ / N: units that are alike in the pattern support each other. Hebb: The organization of behavior, 1949; Hopfield, 1982. Up to 0.138 N random patterns.</summary>
    Hebb,

    /// <summary>
    /// W_ij ← W_ij + (x_i x_j - x_i h_ji - h_ij x_j) / N, with h_ij = Σ_{k ≠ i, j} W_ik x_k: also takes off what the weights say of the pattern already, so it stores more patterns, and such as are alike.
    /// Storkey: Increasing the capacity of a Hopfield network without sacrificing functionality, 1997.
    /// </summary>
    Storkey,
}
