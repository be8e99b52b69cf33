namespace Laminet.Tensors.Runtime;

/// <summary>
/// Philox 4x32-10: four random words as a function of a counter and a key, with no state (Salmon, Moraes, Dror, Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Element i of any random tensor is a function of key and i alone.
/// </summary>
internal static class Philox
{
    public const int Rounds = 10;
    public const ulong Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    public const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;

    public static (uint A, uint B, uint C, uint D) Block(ulong key, ulong counterLow, ulong counterHigh = 0)
    {
        (uint a, uint b, uint c, uint d) = ((uint)counterLow, (uint)(counterLow >> 32), (uint)counterHigh, (uint)(counterHigh >> 32));
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = Multiplier0 * a, p1 = Multiplier1 * c;
            (a, b, c, d) = ((uint)(p1 >> 32) ^ b ^ k0, (uint)p1, (uint)(p0 >> 32) ^ d ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (a, b, c, d);
    }
}
