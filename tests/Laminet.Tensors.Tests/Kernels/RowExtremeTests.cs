namespace Laminet.Tensors.Tests.Kernels;

/// <summary>Places of extremes in rows of every length around the vectors', held against a plain loop.</summary>
public sealed class RowExtremeTests
{
    // Few distinct numbers, so that most rows hold their extreme more than once.
    private static readonly double[] Numbers = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0, 1, 2, 3];

    [Theory]
    [InlineData(DType.Float32, 0)]
    [InlineData(DType.Float64, 0)]
    [InlineData(DType.Float32, 1)]
    [InlineData(DType.Float64, 3)]
    [InlineData(DType.Int32, 4)]
    [InlineData(DType.Int64, 4)]
    [InlineData(DType.UInt8, 4)]
    public void The_first_extreme_is_found(DType dtype, int skip)
    {
        Random random = new(skip);
        for (int length = 1; length < 80; length++)
        {
            double[] values = [.. Enumerable.Range(0, 6 * length).Select(_ => Numbers[random.Next(skip, random.Next(skip, Numbers.Length) + 1)])];
            Tensor rows = Tensor.From(values, [6, length]).Cast(dtype);
            Assert.Equal(Enumerable.Range(0, 6).Select(row => FirstOf(values.AsSpan(row * length, length), 1)), rows.ArgMax().ToArray<int>());
            Assert.Equal(Enumerable.Range(0, 6).Select(row => FirstOf(values.AsSpan(row * length, length), -1)), rows.ArgMin().ToArray<int>());
        }
    }

    private static int FirstOf(ReadOnlySpan<double> row, int sign)
    {
        int best = 0;
        for (int i = 1; i < row.Length && !double.IsNaN(row[best]); i++)
        {
            if (double.IsNaN(row[i]) || sign * row[i] > sign * row[best])
                best = i;
        }

        return best;
    }
}
