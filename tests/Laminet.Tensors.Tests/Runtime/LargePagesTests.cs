using System.Globalization;
using System.Runtime.InteropServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests.Runtime;

public unsafe class LargePagesTests
{
    [Theory]
    [InlineData(64)]
    [InlineData((16 << 20) - 64)]
    [InlineData(16 << 20)]
    [InlineData((17 << 20) + 192)]
    public void Every_byte_of_a_block_can_be_written(int bytes)
    {
        byte* block = (byte*)LargePages.Allocate((nuint)bytes, 64);
        try
        {
            Assert.Equal(0, (nint)block % 64);
            new Span<byte>(block, bytes).Fill(7);
            Assert.Equal(-1, new ReadOnlySpan<byte>(block, bytes).IndexOfAnyExcept((byte)7));
        }
        finally
        {
            NativeMemory.AlignedFree(block);
        }
    }

    [Fact]
    public void Linux_is_asked_for_large_pages_for_a_large_block()
    {
        if (!File.Exists("/sys/kernel/mm/transparent_hugepage/enabled") || Environment.GetEnvironmentVariable("LAMINET_LARGE_PAGES") == "0")
            return;
        byte* block = (byte*)LargePages.Allocate(32 << 20, 64);
        try
        {
            // The stretch of memory around the block's middle has the flag "huge page advised".
            string[] lines = File.ReadAllLines("/proc/self/smaps");
            int place = Array.FindIndex(lines, line => Holds(line, (ulong)block + (16 << 20)));
            string flags = lines.Skip(place).First(line => line.StartsWith("VmFlags", StringComparison.Ordinal));
            Assert.Contains(" hg", flags, StringComparison.Ordinal);
        }
        finally
        {
            NativeMemory.AlignedFree(block);
        }
    }

    private static bool Holds(string line, ulong address)
    {
        string[] ends = line.Split(' ')[0].Split('-');
        return ends.Length == 2 && ulong.TryParse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong first)
            && ulong.TryParse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong end) && first <= address && address < end;
    }
}
