using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests;

/// <summary>Look-ups large enough to be shared among threads, whose tasks begin anywhere in the outer axes.</summary>
[Collection("Engine settings")]
public class GatherTests
{
    [Theory]
    [InlineData(1, 100_000, 40_000, 1)]
    [InlineData(7, 300, 8_001, 1)]
    [InlineData(31, 300, 401, 4)]
    [InlineData(5, 300, 301, 40)]
    [InlineData(1, 30, 3, 40_000)]
    [InlineData(40_000, 3, 2, 1)]
    public void Each_entry_comes_from_its_place(int outer, int length, int count, int inner)
    {
        Tensor x = Tensor.Range(0, outer * length * inner).Reshape([outer, length, inner]);
        int[] indices = [.. Enumerable.Range(0, count).Select(i => (int)((uint)(i * 2_654_435_761L) % length))];
        int[] expected = new int[outer * count * inner];
        for (int place = 0; place < expected.Length; place++)
        {
            (int rest, int column) = Math.DivRem(place, inner);
            (int block, int position) = Math.DivRem(rest, count);
            expected[place] = (((block * length) + indices[position]) * inner) + column;
        }

        int before = Workers.Count;
        try
        {
            foreach (int threads in (int[])[1, 2, 3])
            {
                Workers.Count = threads;
                Assert.True(expected.AsSpan().SequenceEqual(x.Gather(Tensor.From(indices), 1).ToArray<int>()), $"{threads} threads");
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void An_empty_axis_has_no_position()
    {
        Tensor empty = Tensor.Zeros([2, 0]), places = Tensor.From([0, 0], [2, 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => empty.Gather(Tensor.From([0]), axis: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => empty.TakeAlong(places));
        Assert.Equal([2, 0], empty.TakeAlong(Tensor.Zeros([2, 0], DType.Int32)).Shape);
    }
}
