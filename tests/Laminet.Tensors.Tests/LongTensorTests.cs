using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests;

/// <summary>Tensors with nearly as many elements as an Int32 counts.</summary>
public class LongTensorTests
{
    [Theory]
    [InlineData(0, 32768, 0)]
    [InlineData(1, 32768, 1)]
    [InlineData(int.MaxValue, 1, int.MaxValue)]
    [InlineData(int.MaxValue, 32768, 65536)]
    [InlineData(int.MaxValue - 32767, 32768, 65535)]
    [InlineData(int.MaxValue - 32766, 32768, 65536)]
    [InlineData(int.MaxValue, int.MaxValue, 1)]
    [InlineData(1, int.MaxValue, 1)]
    public void Parts_cover_the_longest_tensor(int length, int part, int parts) => Assert.Equal(parts, Rounding.DivideUp(length, part));

    [Fact]
    public void Rounding_up_beyond_an_Int32_is_an_error() => Assert.Throws<OverflowException>(() => Rounding.RoundUp(int.MaxValue, 32));

    // A tensor of 2 GiB would do the same, but the pool would then wait for 4 GiB of garbage, which the tests of memory would see.
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MaxValue - 32767)]
    [InlineData(40_000)]
    public void Stretches_cover_the_longest_tensor(int length)
    {
        long[] ends = new long[2];
        Stretches.Share(length, new Covering(ends));
        Assert.Equal([length, length], ends);
    }

    // How many elements there were, and the place behind the last one.
    private readonly struct Covering(long[] ends) : IStretchWork
    {
        public void Run(int first, int count)
        {
            Interlocked.Add(ref ends[0], count);
            lock (ends)
                ends[1] = Math.Max(ends[1], (long)first + count);
        }
    }
}
