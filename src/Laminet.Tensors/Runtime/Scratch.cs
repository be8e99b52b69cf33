using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Laminet.Tensors.Runtime;

/// <summary>Working memory of a kernel: aligned to a cache line, uninitialised, handed back by <see cref="Dispose"/>.</summary>
internal readonly unsafe ref struct Scratch<T> where T : unmanaged
{
    private readonly void* block;
    private readonly nuint bytes;

    internal Scratch(void* block, nuint bytes)
    {
        this.block = block;
        this.bytes = bytes;
    }

    public T* Pointer => (T*)block;

    public void Dispose() => Scratch.Return(block, bytes);
}

/// <summary>
/// Each thread keeps the blocks that it used before, so that a kernel in the steady state never asks the operating system: fresh pages
/// cost a network of many shapes more than its arithmetic. Sizes are powers of two, so a thread keeps at most twice what it needed
/// at one moment, for each size that it needed.
/// </summary>
internal static unsafe class Scratch
{
    private const nuint Alignment = 64;
    private const nuint LeastBytes = 256;

    [ThreadStatic]
    private static Blocks? kept;

    /// <summary>Rents room for <paramref name="length"/> elements on the calling thread; dispose it on the same thread.</summary>
    public static Scratch<T> Rent<T>(nint length) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        // Powers of two, so that a block serves the next, slightly larger shape as well.
        nuint bytes = BitOperations.RoundUpToPowerOf2(Math.Max(LeastBytes, checked((nuint)length * (nuint)Unsafe.SizeOf<T>())));
        return new Scratch<T>((kept ??= new Blocks()).Take(bytes), bytes);
    }

    internal static void Return(void* block, nuint bytes) => kept!.Give(block, bytes);

    /// <summary>The free blocks of a thread, a stack for each power of two.</summary>
    private sealed class Blocks
    {
        private readonly Stack<nint>?[] free = new Stack<nint>?[8 * sizeof(nuint)];

        ~Blocks()
        {
            foreach (Stack<nint>? blocks in free)
            {
                while (blocks is not null && blocks.TryPop(out nint block))
                    NativeMemory.AlignedFree((void*)block);
            }
        }

        public void* Take(nuint bytes) =>
            free[BitOperations.Log2(bytes)] is { } blocks && blocks.TryPop(out nint block) ? (void*)block : LargePages.Allocate(bytes, Alignment);

        public void Give(void* block, nuint bytes) => (free[BitOperations.Log2(bytes)] ??= new Stack<nint>()).Push((nint)block);
    }
}
