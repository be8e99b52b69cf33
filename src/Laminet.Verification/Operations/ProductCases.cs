namespace Laminet.Verification.Operations;

internal static class ProductCases
{
    // Outer axes, rows, inner, columns: one, odd, none, more than a tile, several threads; broadcast outer axes.
    private static readonly (int[] Left, int[] Right, int Rows, int Inner, int Columns)[] Sizes =
    [
        ([], [], 1, 1, 1), ([], [], 3, 5, 7), ([], [], 0, 3, 2), ([], [], 3, 0, 2), ([], [], 3, 2, 0), ([], [], 13, 1, 17), ([], [], 1, 33, 1),
        ([2], [2], 3, 4, 5), ([2], [], 3, 4, 5), ([], [2], 3, 4, 5), ([2, 1], [3], 2, 3, 2), ([0], [0], 2, 3, 2), ([], [], 33, 130, 35), ([3], [1], 17, 40, 31), ([2], [2], 3, 0, 2),
    ];

    public static IEnumerable<OpCase> Rows() =>
    [
        .. from size in Sizes
           from left in new[] { false, true }
           from right in new[] { false, true }
           select Row(size.Left, size.Right, size.Rows, size.Inner, size.Columns, left, right),
        Vectors([3], [3], [], (x, y, _) => Sum(3, k => x[k] * y[k])),
        Vectors([4], [2, 4, 3], [2, 3], (x, y, at) => Sum(4, k => x[k] * y[at[0], k, at[1]])),
        Vectors([2, 3, 4], [4], [2, 3], (x, y, at) => Sum(4, k => x[at[0], at[1], k] * y[k])),
    ];

    // Without an axis of length 1 for a vector; to transpose one changes nothing.
    private static OpCase Vectors(int[] left, int[] right, int[] result, Func<Grid, Grid, int[], double> element) => new(
        $"MatMul{OpCases.Text(left)}{OpCases.Text(right)}", [Grid.Random(left, 1), Grid.Random(right, 2)],
        inputs => inputs[0].MatMul(inputs[1], transposeThis: left.Length == 1, transposeOther: right.Length == 1),
        grids => Grid.From(result, at => element(grids[0], grids[1], at)))
    { Types = OpCase.Numbers, OutputOf = Output, Tolerance = 5 };

    private static DType Output(DType type) => type == DType.Int8 ? DType.Int32 : type;

    private static double Sum(int count, Func<int, double> element) => Enumerable.Range(0, count).Sum(element);

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
        { Types = OpCase.Numbers, OutputOf = Output, Tolerance = 1 + inner };
    }

    private static double At(Grid matrices, int[] batch, int row, int column)
    {
        int[] own = batch[(batch.Length - (matrices.Shape.Length - 2))..];
        for (int axis = 0; axis < own.Length; axis++)
            own[axis] = matrices.Shape[axis] == 1 ? 0 : own[axis];
        return matrices[[.. own, row, column]];
    }
}
