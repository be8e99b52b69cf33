namespace Laminet.Tensors.Tests.Kernels;

/// <summary>An operand that is broadcast over rows is laid out once for all tiles of a task: rows shorter and longer than a tile, tasks that begin within a row.</summary>
public class RepeatedOperandTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(31)]
    [InlineData(144)]
    [InlineData(1000)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(3000)]
    public void Each_row_meets_the_same_numbers(int columns)
    {
        foreach (int rows in (int[])[1, 2, (2000 / columns) + 1, (100_000 / columns) + 1])
        {
            foreach (DType type in (DType[])[DType.Float32, DType.Float64, DType.Float16, DType.Int32, DType.UInt8])
            {
                // Small whole numbers, exact in every type.
                Tensor x = Tensor.Range(0, rows * columns).Mod(7).Reshape([rows, 1, columns]).Cast(type), factor = (Tensor.Range(0, columns) * 5).Mod(11).Cast(type);
                int[] product = (x * factor).Cast(DType.Int32).ToArray<int>(), swapped = (factor - x).Cast(DType.Int32).ToArray<int>();
                for (int i = 0; i < product.Length; i++)
                {
                    int left = i % 7, right = i % columns * 5 % 11;
                    Assert.True(product[i] == left * right, $"{type}, {rows} rows, place {i}: {product[i]}, expected {left} x {right}");
                    Assert.True(type == DType.UInt8 || swapped[i] == right - left, $"{type}, {rows} rows, place {i}: {swapped[i]}, expected {right} - {left}");
                }
            }
        }
    }
}
