using Laminet.Tensors.Kernels;

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

    [Fact]
    public void The_longest_tensor_is_copied()
    {
        Tensor copy = Tensor.Scalar<byte>(7).BroadcastTo([int.MaxValue]).Contiguous();
        foreach (int place in (int[])[0, int.MaxValue / 2, int.MaxValue - 1])
            Assert.Equal(7, copy.At(place).Item<byte>());
    }
}
