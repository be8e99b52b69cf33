using System.Runtime.Intrinsics.X86;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Results so large that the caches have forgotten their beginning when the next operation reads it. To write one past the caches (a store that the processor calls non-temporal) saves reading each line before it is overwritten:
/// half of the traffic to memory.
/// </summary>
internal static unsafe class LargeResults
{
    private const long LeastBytes = 8 * 1024 * 1024;
    private const int LineBytes = 64;

    /// <summary>Whether a result of so many elements is that large, and each vector is a whole cache line: pieces of a line that come apart would be written to memory one by one.</summary>
    /// <param name="output">Its first element.</param>
    /// <param name="length">How many elements it has.</param>
    /// <param name="step">From one row of vectors to the next.</param>
    public static bool PassCaches<T>(T* output, long length, nint step) where T : unmanaged =>
        Simd.Level == SimdLevel.Vector512 && length * sizeof(T) >= LeastBytes && (nuint)output % LineBytes == 0 && step * sizeof(T) % LineBytes == 0;

    /// <summary>Before other threads may read what was written past the caches.</summary>
    public static void Finish()
    {
        if (Sse.IsSupported)
            Sse.StoreFence();
    }
}
