namespace Laminet.Verification.Operations;

/// <summary>Stretches of an axis at a position that is a tensor.</summary>
internal static class PlaceCases
{
    public static IEnumerable<OpCase> Rows()
    {
        // The first and the last position that fit; whole, empty and odd stretches.
        (int[] Shape, int Length, int Position, int Asked, DType Type)[] cases =
        [
            ([7], 1, 0, 0, DType.Int32), ([7], 3, 4, -1, DType.Int64), ([5, 3], 2, 1, 0, DType.Int32), ([5, 3], 1, 2, 1, DType.Int64),
            ([2, 5, 3], 2, 3, 1, DType.Int32), ([2, 5, 3], 5, 0, -2, DType.Int32), ([5, 3], 0, 5, 0, DType.Int32), ([5, 0], 2, 3, 0, DType.Int32),
            ([0, 4], 1, 3, 1, DType.Int64), ([60, 3, 101], 17, 40, 0, DType.Int32),
        ];
        foreach ((int[] shape, int length, int position, int asked, DType type) in cases)
        {
            int axis = asked < 0 ? asked + shape.Length : asked;
            int[] stretch = [.. shape[..axis], length, .. shape[(axis + 1)..]];
            Grid x = Grid.Distinct(shape, 3), at = new([], [position], type);
            string name = $"{OpCases.Text(shape)}:{length} at {position}@{asked} of {type}";
            yield return new OpCase(
                $"UpdateAt{name}", [x, Grid.Distinct(stretch, 4), at], inputs => inputs[0].UpdateAt(inputs[1], inputs[2], asked),
                grids => Grid.From(shape, index => Moved(index, axis, (int)grids[2][[]]) is var inside && inside[axis] >= 0 && inside[axis] < length
                    ? grids[1][inside]
                    : grids[0][index]))
            { Types = OpCase.All };
            yield return new OpCase(
                $"SliceAt{name}", [x, at], inputs => inputs[0].SliceAt(inputs[1], length, asked),
                grids => Grid.From(stretch, index => grids[0][Moved(index, axis, -(int)grids[1][[]])]))
            { Types = OpCase.All };
        }
    }

    private static int[] Moved(int[] index, int axis, int by) => [.. index[..axis], index[axis] - by, .. index[(axis + 1)..]];
}
