using System.Runtime.InteropServices;

namespace Laminet.Tensors.Runtime;

/// <summary>
/// Native memory whose large blocks lie in pages of 2 MB where Linux has them. A processor keeps the places of some thousand pages at hand: with
/// pages of 4 KB that is less than a layer's maps or an embedding's table, and each kernel that strides through them waits for the page tables.
/// </summary>
/// <remarks>
/// Linux gives such pages where it is asked (<c>madvise</c>, for which .NET has no method), if its setting is <c>madvise</c>, the usual one, or
/// <c>always</c>. Elsewhere, and where the call fails, blocks lie in small pages. <c>LAMINET_LARGE_PAGES=0</c> does not ask.
/// A block does not begin at a large page: blocks that all did would compete for the same lines of the caches.
/// </remarks>
internal static unsafe partial class LargePages
{
    // A smaller block has few pages anyway, and would seldom fill a large one.
    private const nuint LeastBytes = 16 << 20;
    private const int AdviseHugePage = 14;

    private static readonly nuint SmallPage = (nuint)Environment.SystemPageSize;
    private static bool isAsked = OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("LAMINET_LARGE_PAGES") != "0";

    /// <summary>Takes memory, uninitialised; <see cref="NativeMemory.AlignedFree"/> gives it back.</summary>
    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public static void* Allocate(nuint bytes, nuint alignment)
    {
        void* block = NativeMemory.AlignedAlloc(bytes, alignment);
        if (isAsked && bytes >= LeastBytes)
            Ask((nuint)block, bytes);
        return block;
    }

    private static void Ask(nuint start, nuint bytes)
    {
        // Whole small pages alone, so that no neighbour's memory is meant; what of them fills a large page becomes one.
        nuint first = (start + SmallPage - 1) & ~(SmallPage - 1), end = (start + bytes) & ~(SmallPage - 1);
        try
        {
            // An advice: it changes nothing but speed, so whether it was taken does not matter.
            _ = Advise(first, end - first, AdviseHugePage);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            isAsked = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint start, nuint bytes, int advice);
}
