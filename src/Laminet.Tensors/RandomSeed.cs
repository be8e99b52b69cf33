namespace Laminet.Tensors;

/// <summary>
/// Draws seeds for models, and for layers that are called alone, if the caller gives none. Each seed is different, and each run of a program draws different ones, unless
/// <see cref="Set"/> is called at the start of the program.
/// </summary>
public static class RandomSeed
{
    // 2^32 divided by the golden ratio, odd: its multiples, modulo 2^32, are all different and far from each other.
    private const uint Step = 2_654_435_769;

    // Not of System.Security.Cryptography, which needs OpenSSL and takes time to load.
    private static Sequence current = new((uint)Random.Shared.NextInt64(1L << 32));

    /// <summary>For tests, which run in any order: every seed is this one.</summary>
    internal static ulong? Fixed { get; set; }

    /// <summary>Draws a seed that was not drawn before. It is below 2^32, so that it is easy to write down.</summary>
    public static ulong New() => Fixed ?? current.Next();

    /// <summary>
    /// Makes a program repeatable, like <c>torch.manual_seed</c> and <c>keras.utils.set_random_seed</c>: all later seeds are a function of this seed
    /// and of the order in which they are drawn. Models and layers that already have a seed keep it.
    /// </summary>
    /// <param name="seed">The seed from which later seeds are drawn.</param>
    public static void Set(ulong seed) => current = new Sequence((uint)new RandomKey(seed).Fold(Step).Seed);

    private sealed class Sequence(uint first)
    {
        private uint drawn;

        public uint Next() => unchecked(first + ((Interlocked.Increment(ref drawn) - 1) * Step));
    }
}
