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

    /// <summary>The free blocks of a thread, a chain for each power of two: a free block begins with the address of the next.</summary>
    private sealed class Blocks
    {
        private readonly void*[] free = new void*[8 * sizeof(nuint)];

        ~Blocks()
        {
            for (int size = 0; size < free.Length; size++)
            {
                while (free[size] != null)
                    NativeMemory.AlignedFree(Pop(size));
            }
        }

        public void* Take(nuint bytes)
        {
            int size = BitOperations.Log2(bytes);
            return free[size] != null ? Pop(size) : LargePages.Allocate(bytes, Alignment);
        }

        public void Give(void* block, nuint bytes)
        {
            int size = BitOperations.Log2(bytes);
            *(void**)block = free[size];
            free[size] = block;
        }

        private void* Pop(int size)
        {
            void* block = free[size];
            free[size] = *(void**)block;
            return block;
        }
    }
}
