using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Laminet.Tensors.Runtime;

/// <summary>
/// Aligned native memory for tensors, kept for reuse. Buffers come back after a collection that found their <see cref="Storage"/> dead
/// (<see cref="BufferOwners"/>); the pool asks for a collection when live bytes have doubled since the last one, so memory stays flat
/// although no caller disposes a tensor.
/// </summary>
/// <remarks>
/// The collector does not see native bytes, and tensors are small managed objects: without the pool's own request it would run far too
/// rarely. The pool never waits for finalizers, and holds no lock under which other code than its own and the collector's runs.
/// </remarks>
internal static unsafe class BufferPool
{
    /// <summary>Cache line and widest vector: every buffer starts at a multiple of this.</summary>
    public const int Alignment = 64;

    // Below this many live bytes no collection is asked for: a step of a small network fits several times.
    private const long MinimumThreshold = 96L << 20;

    private const long DroppedBeforeCollection = 16L << 20;

    // Four size classes per power of two: at most 25 % of a buffer is wasted, and shapes that differ a little share buffers.
    private static readonly ConcurrentStack<nint>[] Free = CreateStacks();
    private static readonly Lock CollectLock = new();
    private static long liveBytes;
    private static long freeBytes;
    private static long droppedBytes;
    private static long threshold = MinimumThreshold;
    private static int collections;

    /// <summary>Bytes handed out, less those that the last collection found unused.</summary>
    public static long LiveBytes
    {
        get
        {
            BufferOwners.Sweep();
            return Interlocked.Read(ref liveBytes);
        }
    }

    /// <summary>Bytes kept for reuse.</summary>
    public static long FreeBytes => Interlocked.Read(ref freeBytes);

    /// <summary>Live bytes beyond which the next request asks for a collection first.</summary>
    public static long Threshold => Interlocked.Read(ref threshold);

    /// <summary>How often the pool asked for a collection.</summary>
    public static int Collections => collections;

    /// <summary>Takes a buffer of at least <paramref name="bytes"/> bytes; its contents are undefined.</summary>
    public static nint Rent(long bytes, out int sizeClass)
    {
        sizeClass = ClassOf(bytes);
        long size = SizeOf(sizeClass);
        if (Interlocked.Read(ref liveBytes) + size > Interlocked.Read(ref threshold))
            CollectGarbage(size);
        Interlocked.Add(ref liveBytes, size);
        // A collection for other reasons may have left buffers to reuse.
        if (Free[sizeClass].TryPop(out nint pointer) || (BufferOwners.Sweep() && Free[sizeClass].TryPop(out pointer)))
        {
            Interlocked.Add(ref freeBytes, -size);
            return pointer;
        }

        try
        {
            return (nint)LargePages.Allocate((nuint)size, Alignment);
        }
        catch (OutOfMemoryException)
        {
            Trim();
            try
            {
                return (nint)LargePages.Allocate((nuint)size, Alignment);
            }
            catch (OutOfMemoryException exception)
            {
                Interlocked.Add(ref liveBytes, -size);
                // What could not be had must not put off the next collection.
                Interlocked.Exchange(ref threshold, Math.Max(MinimumThreshold, 2 * LiveBytes));
                throw new InsufficientMemoryException(string.Create(CultureInfo.InvariantCulture,
                    $"No memory for a tensor of {bytes:N0} bytes; {LiveBytes:N0} bytes are in use. Use a smaller batch or a smaller model."), exception);
            }
        }
    }

    /// <summary>Gives a buffer back for reuse.</summary>
    public static void Return(nint pointer, int sizeClass)
    {
        long size = SizeOf(sizeClass);
        Interlocked.Add(ref liveBytes, -size);
        Interlocked.Add(ref freeBytes, size);
        Free[sizeClass].Push(pointer);
    }

    /// <summary>
    /// A large tensor was dropped and is to be free soon, although few bytes are live: after every few megabytes of such tensors a
    /// collection is asked for, and kept memory goes back to the operating system.
    /// </summary>
    public static void Dropped(long bytes)
    {
        if (Interlocked.Add(ref droppedBytes, bytes) < DroppedBeforeCollection)
            return;
        Interlocked.Exchange(ref droppedBytes, 0);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: false);
        Trim();
    }

    /// <summary>Returns kept memory to the operating system.</summary>
    public static void Trim()
    {
        BufferOwners.Sweep();
        for (int sizeClass = 0; sizeClass < Free.Length; sizeClass++)
        {
            while (Free[sizeClass].TryPop(out nint pointer))
            {
                Interlocked.Add(ref freeBytes, -SizeOf(sizeClass));
                NativeMemory.AlignedFree((void*)pointer);
            }
        }
    }

    /// <summary>How large a buffer a request gets.</summary>
    internal static long SizeFor(long bytes) => SizeOf(ClassOf(bytes));

    private static void CollectGarbage(long requested)
    {
        lock (CollectLock)
        {
            // Another thread may have collected while this one waited for the lock, or the collector on its own.
            if (LiveBytes + requested <= threshold)
                return;
            collections++;
            long before = LiveBytes;
            // Most intermediates are young, so a young collection frees nearly all; the full one is for what survived two.
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            if (LiveBytes > before / 2)
                GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: false);

            Interlocked.Exchange(ref threshold, Math.Max(MinimumThreshold, 2 * (LiveBytes + requested)));
            // Kept buffers of sizes that are no longer requested (another model, another batch) must not pile up.
            if (FreeBytes > 2 * threshold)
                Trim();
        }
    }

    private static int ClassOf(long bytes)
    {
        ulong units = (ulong)Math.Max(1, (bytes + Alignment - 1) / Alignment);
        int log = BitOperations.Log2(units);
        if (log < 2)
            return (int)units - 1;
        // Quarter steps between 2^log and 2^(log+1), rounded up.
        int quarter = (int)((units - (1UL << log) + (1UL << (log - 2)) - 1) >> (log - 2));
        return 3 + ((log - 2) * 4) + quarter;
    }

    private static long SizeOf(int sizeClass)
    {
        if (sizeClass < 3)
            return (sizeClass + 1L) * Alignment;
        int log = ((sizeClass - 3) / 4) + 2;
        int quarter = (sizeClass - 3) % 4;
        return ((1L << log) + ((long)quarter << (log - 2))) * Alignment;
    }

    private static ConcurrentStack<nint>[] CreateStacks()
    {
        ConcurrentStack<nint>[] stacks = new ConcurrentStack<nint>[160];
        for (int i = 0; i < stacks.Length; i++)
            stacks[i] = new ConcurrentStack<nint>();
        return stacks;
    }
}
