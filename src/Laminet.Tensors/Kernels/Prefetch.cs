using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Asks for memory that is needed soon and whose place the processor cannot foresee, as rows of a table at random indices. It changes no
/// result; where the processor has no such instruction it does nothing.
/// </summary>
internal static unsafe class Prefetch
{
    private const int LineBytes = 64;

    // The lines behind these follow them, which the processor sees by itself.
    private const int MaxBytes = 8 * LineBytes;

    /// <summary>Asks for the line in which a place lies; the place may lie beyond the end of the memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* place)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(place);
    }

    /// <summary>Asks for the first lines of a row.</summary>
    public static void Row<T>(ReadOnlySpan<T> row) where T : unmanaged
    {
        if (!Sse.IsSupported)
            return;
        nint bytes = Math.Min((nint)row.Length * sizeof(T), MaxBytes);
        fixed (T* first = row)
        {
            for (nint place = 0; place < bytes; place += LineBytes)
                Sse.Prefetch0((byte*)first + place);
        }
    }
}
