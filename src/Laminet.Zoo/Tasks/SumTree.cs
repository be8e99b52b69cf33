namespace Laminet.Zoo.Tasks;

/// <summary>
/// Numbers of 0 or more in a binary tree of their sums: a place can be drawn in proportion to its number, and a number changed, in log n steps. (Schaul, Quan, Antonoglou and Silver, "Prioritized experience replay", ICLR 2016,
/// appendix B.2.1.)
/// </summary>
/// <param name="capacity">How many numbers there are; all are 0 at first.</param>
internal sealed class SumTree(int capacity)
{
    // Node n has the children 2n and 2n + 1; the root is 1, and the numbers are the last level.
    private readonly int leaves = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity);
    private readonly double[] sums = new double[2 * System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];

    /// <summary>The sum of all numbers.</summary>
    public double Total => sums[1];

    public double this[int place]
    {
        get => sums[leaves + place];
        set
        {
            int node = leaves + place;
            sums[node] = value;
            // Sums are made anew, not changed by a difference: so rounding does not add up.
            while ((node /= 2) >= 1)
                sums[node] = sums[2 * node] + sums[(2 * node) + 1];
        }
    }

    /// <summary>The first place up to which the numbers add up to more than <paramref name="mass"/>, which is in [0, <see cref="Total"/>). A place with the number 0 is never found.</summary>
    public int Find(double mass)
    {
        int node = 1;
        while (node < leaves)
        {
            node *= 2;
            // By rounding, what is left may be as much as the right half, or the right half empty.
            if (mass >= sums[node] && sums[node + 1] > 0)
                mass -= sums[node++];
        }

        return node - leaves;
    }
}
