using System.Runtime.InteropServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests.Runtime;

public unsafe class LargePagesTests
{
    [Theory]
    [InlineData(64, 64)]
    [InlineData((2 << 20) - 64, 64)]
    [InlineData(2 << 20, 2 << 20)]
    [InlineData((5 << 20) + 192, 2 << 20)]
    public void A_large_block_begins_at_a_large_page_and_every_byte_of_it_can_be_written(int bytes, int alignmentOnLinux)
    {
        byte* block = (byte*)LargePages.Allocate((nuint)bytes, 64);
        try
        {
            Assert.Equal(0, (nint)block % (OperatingSystem.IsLinux() ? alignmentOnLinux : 64));
            new Span<byte>(block, bytes).Fill(7);
            Assert.Equal(-1, new ReadOnlySpan<byte>(block, bytes).IndexOfAnyExcept((byte)7));
        }
        finally
        {
            NativeMemory.AlignedFree(block);
        }
    }

    [Fact]
    public void Linux_gives_large_pages_where_its_setting_lets_it()
    {
        const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled";
        if (!File.Exists(Setting) || File.ReadAllText(Setting).Contains("[never]", StringComparison.Ordinal))
            return;
        byte* block = (byte*)LargePages.Allocate(16 << 20, 64);
        try
        {
            new Span<byte>(block, 16 << 20).Fill(7);
            // The stretch of memory that holds the block's first byte has the flag "huge page advised".
            string[] lines = File.ReadAllLines("/proc/self/smaps");
            int place = Array.FindIndex(lines, line => Holds(line, (ulong)block));
            string flags = lines.Skip(place).First(line => line.StartsWith("VmFlags", StringComparison.Ordinal));
            Assert.Contains(" hg", flags, StringComparison.Ordinal);
        }
        finally
        {
            NativeMemory.AlignedFree(block);
        }

        static bool Holds(string line, ulong address)
        {
            string[] ends = line.Split(' ')[0].Split('-');
            return ends.Length == 2 && ulong.TryParse(ends[0], System.Globalization.NumberStyles.HexNumber, null, out ulong first)
                && ulong.TryParse(ends[1], System.Globalization.NumberStyles.HexNumber, null, out ulong end) && first <= address && address < end;
        }
    }
}
