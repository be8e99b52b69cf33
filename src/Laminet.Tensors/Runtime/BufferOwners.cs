using System.Runtime.InteropServices;

namespace Laminet.Tensors.Runtime;

/// <summary>
/// Which <see cref="Storage"/> owns which rented buffer, by weak references. After a collection <see cref="Sweep"/> gives the buffers of
/// dead owners back to the pool, on the thread that needs memory.
/// </summary>
/// <remarks>
/// A finalizer could return the buffers on the finalizer thread, but the thread that needs memory would have to wait for it. The finalizer
/// thread may be running a user's finalizer that waits for a lock of the caller or for memory: a deadlock. So <see cref="Storage"/> has no
/// finalizer, and no thread waits for one.
/// The references outlast a finalizer that revives the owner (they track resurrection): a user's finalizer may still read its tensors.
/// </remarks>
internal static class BufferOwners
{
    private static readonly Lock Gate = new();
    private static Rented[] rented = new Rented[256];
    private static int count;
    private static int sweptAfter;

    /// <summary>Notes the owner of a buffer that the pool handed out.</summary>
    public static void Add(Storage owner, nint pointer, int sizeClass)
    {
        WeakGCHandle<Storage> reference = new(owner, trackResurrection: true);
        lock (Gate)
        {
            if (count == rented.Length)
                Array.Resize(ref rented, 2 * count);
            rented[count++] = new Rented(reference, pointer, sizeClass);
        }
    }

    /// <summary>Gives the buffers of dead owners back, if there was a collection since the last time.</summary>
    /// <returns>False if there was none.</returns>
    public static bool Sweep()
    {
        if (Volatile.Read(ref sweptAfter) == GC.CollectionCount(0))
            return false;
        lock (Gate)
        {
            // Read first: a collection during the sweep asks for another one.
            int collections = GC.CollectionCount(0);
            if (sweptAfter != collections)
                Give();
            Volatile.Write(ref sweptAfter, collections);
        }

        return true;
    }

    private static void Give()
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            Rented buffer = rented[i];
            if (buffer.Owner.TryGetTarget(out _))
            {
                rented[kept++] = buffer;
                continue;
            }

            buffer.Owner.Dispose();
            BufferPool.Return(buffer.Pointer, buffer.SizeClass);
        }

        count = kept;
    }

    private readonly record struct Rented(WeakGCHandle<Storage> Owner, nint Pointer, int SizeClass);
}
