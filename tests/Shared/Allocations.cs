namespace Laminet.Tests.Shared;

/// <summary>What a repeated action allocates; for tests that run alone.</summary>
internal static class Allocations
{
    private const int Warm = 40;
    private const int Calls = 50;
    private const int Attempts = 5;
    private const int SmallestObject = 24;

    /// <summary>
    /// The managed bytes that <see cref="Calls"/> calls allocate, once the code has been compiled: exactly on the calling thread, and on all
    /// others where they are as many as one object a call makes. Fewer are the runtime's, which goes on compiling in the background, or the
    /// test runner's; so it is also the least of a few attempts.
    /// </summary>
    public static long Of(Action<int> action)
    {
        for (int call = 0; call < Warm; call++)
            action(call);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long all = GC.GetTotalAllocatedBytes(precise: true), own = GC.GetAllocatedBytesForCurrentThread();
            for (int call = 0; call < Calls; call++)
                action(call);
            own = GC.GetAllocatedBytesForCurrentThread() - own;
            long others = GC.GetTotalAllocatedBytes(precise: true) - all - own;
            least = Math.Min(least, own + (others < Calls * SmallestObject ? 0 : others));
        }

        return least;
    }
}
