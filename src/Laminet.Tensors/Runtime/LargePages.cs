using System.Runtime.InteropServices;

namespace Laminet.Tensors.Runtime;

/// <summary>
/// Native memory whose large blocks lie in pages of 2 MB where Linux has them. A processor keeps the places of some thousand pages at hand: with
/// pages of 4 KB that is less than a layer's maps or an embedding's table, and each kernel that strides through them waits for the page tables.
/// </summary>
/// <remarks>
/// Linux gives such pages where it is asked (<c>madvise</c>, for which .NET has no method), if its setting is <c>madvise</c>, the usual one, or
/// <c>always</c>. Elsewhere, and where the call fails, blocks lie in small pages. <c>LAMINET_LARGE_PAGES=0</c> does not ask.
/// </remarks>
internal static unsafe partial class LargePages
{
    private const nuint PageBytes = 2 << 20;
    private const int AdviseHugePage = 14;

    private static bool isAsked = OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("LAMINET_LARGE_PAGES") != "0";

    /// <summary>Takes memory, uninitialised; <see cref="NativeMemory.AlignedFree"/> gives it back.</summary>
    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public static void* Allocate(nuint bytes, nuint alignment)
    {
        if (!isAsked || bytes < PageBytes)
            return NativeMemory.AlignedAlloc(bytes, alignment);
        void* block = NativeMemory.AlignedAlloc(bytes, PageBytes);
        try
        {
            // An advice: it changes nothing but speed, so whether it was taken does not matter.
            _ = Advise(block, bytes, AdviseHugePage);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            isAsked = false;
        }

        return block;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint bytes, int advice);
}
