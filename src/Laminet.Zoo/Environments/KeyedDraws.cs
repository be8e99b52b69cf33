using Laminet.Tensors;

namespace Laminet.Zoo.Environments;

/// <summary>Single random numbers from a key, without a tensor.</summary>
internal static class KeyedDraws
{
    /// <summary>A number in [0, 1), a multiple of 2^-53.</summary>
    public static double Uniform(this RandomKey key) => (key.Fold(0).Seed >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from 0 to <paramref name="count"/> - 1; the bias is below 2^-32.</summary>
    public static int Below(this RandomKey key, int count) => (int)Math.BigMul(key.Fold(0).Seed, (ulong)count, out _);
}
