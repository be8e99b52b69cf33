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
/// Each thread keeps a few blocks it used before, so that a kernel in the steady state never asks the operating system.
/// </summary>
internal static unsafe class Scratch
{
    private const nuint Alignment = 64;
    private const int KeptBlocks = 12;

    [ThreadStatic]
    private static Blocks? kept;

    /// <summary>Rents room for <paramref name="length"/> elements on the calling thread; dispose it on the same thread.</summary>
    public static Scratch<T> Rent<T>(nint length) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        // Powers of two, so that a block serves the next, slightly larger shape as well.
        nuint bytes = BitOperations.RoundUpToPowerOf2(Math.Max(256, checked((nuint)length * (nuint)Unsafe.SizeOf<T>())));
        return new Scratch<T>((kept ??= new Blocks()).Take(bytes), bytes);
    }

    internal static void Return(void* block, nuint bytes) => kept!.Give(block, bytes);

    private sealed class Blocks
    {
        private readonly (nint Block, nuint Bytes)[] free = new (nint, nuint)[KeptBlocks];
        private int count;

        ~Blocks()
        {
            while (count > 0)
                NativeMemory.AlignedFree((void*)free[--count].Block);
        }

        public void* Take(nuint bytes)
        {
            for (int i = count - 1; i >= 0; i--)
            {
                if (free[i].Bytes != bytes)
                    continue;
                void* block = (void*)free[i].Block;
                free[i] = free[--count];
                return block;
            }
            return LargePages.Allocate(bytes, Alignment);
        }

        public void Give(void* block, nuint bytes)
        {
            if (count == KeptBlocks)
            {
                // The oldest size is the least likely to be asked for again.
                NativeMemory.AlignedFree((void*)free[0].Block);
                Array.Copy(free, 1, free, 0, --count);
            }
            free[count++] = ((nint)block, bytes);
        }
    }
}
