namespace Laminet.Tensors.Tests.Cases;

internal static class ProductCases
{
    // Outer axes, rows, inner, columns: one, odd, none, more than a tile, several threads; broadcast outer axes.
    private static readonly (int[] Left, int[] Right, int Rows, int Inner, int Columns)[] Sizes =
    [
        ([], [], 1, 1, 1), ([], [], 3, 5, 7), ([], [], 0, 3, 2), ([], [], 3, 0, 2), ([], [], 3, 2, 0), ([], [], 13, 1, 17), ([], [], 1, 33, 1),
        ([2], [2], 3, 4, 5), ([2], [], 3, 4, 5), ([], [2], 3, 4, 5), ([2, 1], [3], 2, 3, 2), ([0], [0], 2, 3, 2), ([], [], 33, 130, 35), ([3], [1], 17, 40, 31),
    ];

    public static IEnumerable<OpCase> Rows() =>
        from size in Sizes
        from left in new[] { false, true }
        from right in new[] { false, true }
        select Row(size.Left, size.Right, size.Rows, size.Inner, size.Columns, left, right);

    private static OpCase Row(int[] leftBatch, int[] rightBatch, int rows, int inner, int columns, bool left, bool right)
    {
        int[] leftShape = left ? [.. leftBatch, inner, rows] : [.. leftBatch, rows, inner];
        int[] rightShape = right ? [.. rightBatch, columns, inner] : [.. rightBatch, inner, columns];
        return new OpCase(
            $"MatMul{OpCases.Text(leftShape)}{(left ? "t" : "")}{OpCases.Text(rightShape)}{(right ? "t" : "")}",
            [Grid.Random(leftShape, 1), Grid.Random(rightShape, 2)],
            inputs => inputs[0].MatMul(inputs[1], left, right),
            grids =>
            {
                int[] batch = Grid.BroadcastShape(leftBatch, rightBatch);
                return Grid.From([.. batch, rows, columns], index =>
                {
                    (int row, int column) = (index[^2], index[^1]);
                    double sum = 0;
                    for (int k = 0; k < inner; k++)
                        sum += At(grids[0], index[..^2], left ? k : row, left ? row : k) * At(grids[1], index[..^2], right ? column : k, right ? k : column);
                    return sum;
                });
            })
        { Tolerance = 1 + inner };
    }

    private static double At(Grid matrices, int[] batch, int row, int column)
    {
        int[] own = batch[(batch.Length - (matrices.Shape.Length - 2))..];
        for (int axis = 0; axis < own.Length; axis++)
            own[axis] = matrices.Shape[axis] == 1 ? 0 : own[axis];
        return matrices[[.. own, row, column]];
    }
}
