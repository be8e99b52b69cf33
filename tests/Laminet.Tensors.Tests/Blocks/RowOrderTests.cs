using Laminet.Tensors.Blocks;

namespace Laminet.Tensors.Tests.Blocks;

/// <summary>The order in which an update goes through the rows that were looked up.</summary>
public class RowOrderTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(100, 1)]
    [InlineData(1000, 7)]
    [InlineData(1000, 2048)]
    [InlineData(1000, 2049)]
    [InlineData(5000, 1 << 22)]
    [InlineData(5000, (1 << 22) + 1)]
    [InlineData(5000, int.MaxValue)]
    public void Positions_come_by_their_rows_and_those_of_one_row_in_their_order(int count, int rows)
    {
        Random random = new(count);
        int[] looked = [.. Enumerable.Range(0, count).Select(i => i % 3 == 0 ? rows - 1 : random.Next(rows))];
        using RowOrder order = new(count);
        for (int i = 0; i < count; i++)
            order.Set(i, looked[i]);
        order.Sort(rows);

        (int Row, int Position)[] expected = [.. looked.Select((row, position) => (row, position)).OrderBy(pair => pair.row)];
        Assert.Equal(expected, Enumerable.Range(0, count).Select(place => (order.RowAt(place), order.PositionAt(place))));
    }
}
