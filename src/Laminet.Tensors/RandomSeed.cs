using System.Security.Cryptography;

namespace Laminet.Tensors;

/// <summary>
/// Seeds for what is given none: a model, or a layer that is called by itself. Each is another one, and each run of a program has others, unless
/// <see cref="Set"/> is called at its beginning.
/// </summary>
public static class RandomSeed
{
    // 2^32 divided by the golden ratio, odd: its multiples, modulo 2^32, are all different and far from each other.
    private const uint Step = 2_654_435_769;

    private static Sequence current = new(BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))));

    /// <summary>For tests, which run in any order: every seed is this one.</summary>
    internal static ulong? Fixed { get; set; }

    /// <summary>A seed that was not given before, below 2^32 so that it is easily written down.</summary>
    public static ulong New() => Fixed ?? current.Next();

    /// <summary>
    /// Makes a program repeatable, as <c>torch.manual_seed</c> and <c>keras.utils.set_random_seed</c> do: from here on the seeds that are drawn follow
    /// from this one, in the order in which they are drawn. What has a seed already keeps it.
    /// </summary>
    /// <param name="seed">Names the seeds that follow.</param>
    public static void Set(ulong seed) => current = new Sequence((uint)new RandomKey(seed).Fold(Step).Seed);

    private sealed class Sequence(uint first)
    {
        private uint drawn;

        public uint Next() => unchecked(first + ((Interlocked.Increment(ref drawn) - 1) * Step));
    }
}
