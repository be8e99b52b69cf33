namespace Laminet.Verification.Operations;

/// <summary>Blocks and patches of images, axes by a pattern, choices, correlation and complex pairs: each number of a reference is fetched by its index.</summary>
internal static class PatchCases
{
    public static IEnumerable<OpCase> Rows() => [.. Blocks(), .. Patches(), .. Patterns(), .. Vectors(), .. Pairs()];

    private static IEnumerable<OpCase> Blocks()
    {
        yield return Of("DepthToSpace", [2, 2, 3, 8], x => x.DepthToSpace(2), [2, 4, 6, 2], (x, at) => x[at[0], at[1] / 2, at[2] / 2, (4 * (at[1] % 2)) + (2 * (at[2] % 2)) + at[3]]);
        yield return Of("DepthToSpace of none", [0, 2, 3, 4], x => x.DepthToSpace(2), [0, 4, 6, 1], (x, at) => 0);
        yield return Of("SpaceToDepth", [2, 4, 6, 2], x => x.SpaceToDepth(2), [2, 2, 3, 8], (x, at) => x[at[0], (2 * at[1]) + (at[3] / 4), (2 * at[2]) + (at[3] / 2 % 2), at[3] % 2]);
        yield return Of("SpaceToDepth of pixels", [1, 2, 2, 3], x => x.SpaceToDepth(1), [1, 2, 2, 3], (x, at) => x[at]);
    }

    private static IEnumerable<OpCase> Patches()
    {
        yield return Of("Unfold", [2, 4, 5, 2], x => x.Unfold((2, 3)), [2, 9, 12], (x, at) => x[at[0], (at[1] / 3) + (at[2] / 6), (at[1] % 3) + (at[2] / 2 % 3), at[2] % 2]);
        yield return Of("Unfold with a border", [1, 3, 4, 1], x => x.Unfold((3, 2), (2, 2), Padding.Explicit((1, 1), (0, 1)), (1, 2)), [1, 4, 6],
            (x, at) => ((2 * (at[1] / 2)) + (at[2] / 2) - 1, (2 * (at[1] % 2)) + (2 * (at[2] % 2))) is var (row, column) && row is >= 0 and < 3 && column < 4 ? x[0, row, column, 0] : 0);
        yield return Of("Unfold of none", [0, 3, 4, 1], x => x.Unfold((2, 2)), [0, 6, 4], (x, at) => 0);
        yield return Of("Fold", [1, 6, 8], x => x.Fold((3, 4), (2, 2)), [1, 3, 4, 2],
            (x, at) => (from row in (int[])[0, 1]
                        from column in (int[])[0, 1]
                        let top = at[1] - row
                        let left = at[2] - column
                        where top is >= 0 and < 2 && left is >= 0 and < 3
                        select x[0, (3 * top) + left, (4 * row) + (2 * column) + at[3]]).Sum(), OpCase.Floats, 4);
        yield return Of("Fold in steps", [2, 4, 3], x => x.Fold((2, 4), (1, 3), (1, 1), Padding.Explicit((0, 0), (0, 0))), [2, 2, 4, 1],
            (x, at) => Enumerable.Range(0, 3).Where(cell => at[2] - cell is >= 0 and < 2).Sum(cell => x[at[0], (2 * at[1]) + at[2] - cell, cell]), OpCase.Floats, 4);
        yield return new OpCase("SeparableConvolution", [Grid.Distinct([2, 3, 4, 2], 1), Grid.Distinct([2, 2, 2, 2], 2), Grid.Distinct([4, 3], 3)], inputs => inputs[0].SeparableConvolution(inputs[1], inputs[2]),
            grids => Grid.From([2, 2, 3, 3], at => Enumerable.Range(0, 4).Sum(inner => grids[2][inner, at[3]] * (from row in (int[])[0, 1]
                                                                                                                 from column in (int[])[0, 1]
                                                                                                                 select grids[0][at[0], at[1] + row, at[2] + column, inner / 2] * grids[1][row, column, inner / 2, inner % 2]).Sum())))
        { Types = OpCase.Computed, Tolerance = 30 };
    }

    private static IEnumerable<OpCase> Patterns()
    {
        yield return Of("Rearrange in another order", [2, 3, 4], x => x.Rearrange("a b c -> c a b"), [4, 2, 3], (x, at) => x[at[1], at[2], at[0]]);
        yield return Of("Rearrange joined", [2, 3, 4], x => x.Rearrange("a b c -> b (c a)"), [3, 8], (x, at) => x[at[1] % 2, at[0], at[1] / 2]);
        yield return Of("Rearrange to patches", [1, 4, 6, 2], x => x.Rearrange("b (h p) (w q) c -> b (h w) (p q c)", ("p", 2), ("q", 3)), [1, 4, 12],
            (x, at) => x[0, (2 * (at[1] / 2)) + (at[2] / 6), (3 * (at[1] % 2)) + (at[2] / 2 % 3), at[2] % 2]);
        yield return Of("Rearrange of the rest", [2, 3, 4, 2], x => x.Rearrange("a ... b -> b ... a"), [2, 3, 4, 2], (x, at) => x[at[3], at[1], at[2], at[0]]);
        yield return Of("Rearrange of a joined rest", [2, 3, 4], x => x.Rearrange("a ... -> (...) 1 a"), [12, 1, 2], (x, at) => x[at[2], at[0] / 4, at[0] % 4]);
        yield return Of("Rearrange of nothing", [0, 3], x => x.Rearrange("a b -> b a"), [3, 0], (x, at) => 0);
    }

    private static IEnumerable<OpCase> Vectors()
    {
        foreach (CorrelationMode mode in Enum.GetValues<CorrelationMode>())
        {
            foreach ((int longer, int shorter) in ((int, int)[])[(7, 3), (6, 4), (5, 5), (4, 1)])
            {
                int first = mode switch { CorrelationMode.Valid => shorter - 1, CorrelationMode.Same => (shorter - 1) / 2, _ => 0 };
                int count = mode switch { CorrelationMode.Valid => longer - shorter + 1, CorrelationMode.Same => longer, _ => longer + shorter - 1 };
                yield return new OpCase($"Correlate({longer},{shorter}) {mode}", [Grid.Distinct([longer], 1), Grid.Distinct([shorter], 2)], inputs => inputs[0].Correlate(inputs[1], mode),
                    grids => Grid.From([count], at => Enumerable.Range(0, shorter).Select(n => (Place: first + at[0] - shorter + 1 + n, n)).Where(pair => pair.Place >= 0 && pair.Place < longer).Sum(pair => grids[0][pair.Place] * grids[1][pair.n])))
                { Types = OpCase.Computed, Tolerance = 8 };
            }
        }

        yield return new OpCase("Correlate of a longer", [Grid.Distinct([3], 1), Grid.Distinct([5], 2)], inputs => inputs[0].Correlate(inputs[1]),
            grids => Grid.From([3], at => Enumerable.Range(0, 3).Sum(n => grids[0][n] * grids[1][2 - at[0] + n])))
        { Types = OpCase.Computed, Tolerance = 8 };
        Grid chosen = new([2, 3], [1, 0, 0, 1, 0, 1], DType.Bool), second = new([3], [1, 1, 0], DType.Bool);
        yield return new OpCase("Select", [chosen, second, Grid.Distinct([2, 3], 1), Grid.Distinct([3], 2)], inputs => Tensor.Select(inputs[..2], inputs[2..], 3), grids => Grid.Map(at => at[0] != 0 ? at[2] : at[1] != 0 ? at[3] : 3, grids)) { Types = OpCase.Numbers };
        yield return new OpCase("DivideNoNan", [Grid.Distinct([2, 3], 1), new Grid([3], [2, 0, -0.5], DType.Float32)], inputs => inputs[0].DivideNoNan(inputs[1].Cast(inputs[0].DType)), grids => Grid.Map(at => at[1] == 0 ? 0 : at[0] / at[1], grids));
        yield return new OpCase("DivideNoNan of both", [Grid.Distinct([2, 3], 1), Grid.Distinct([3], 2)], inputs => inputs[0].DivideNoNan(inputs[1]), grids => Grid.Map(at => at[0] / at[1], grids)) { Types = OpCase.Computed, Tolerance = 8 };
    }

    private static IEnumerable<OpCase> Pairs()
    {
        yield return Both("Conj", (real, imaginary) => Tensor.Conj(real, imaginary), (x, y) => x, (x, y) => -y);
        yield return Both("Polar", (size, angle) => Tensor.Polar(size, angle), (x, y) => x * Math.Cos(y), (x, y) => x * Math.Sin(y));
        yield return new OpCase("Angle", [Grid.Distinct([2, 3], 1), Grid.Distinct([2, 3], 2)], inputs => Tensor.Angle(inputs[0], inputs[1]), grids => Grid.Map(at => Math.Atan2(at[1], at[0]), grids)) { Tolerance = 4 };
        yield return new OpCase("IsReal", [Grid.Distinct([2, 3], 1), new Grid([3], [0, 1, 0])], inputs => Tensor.IsReal(inputs[0], inputs[1]), grids => Grid.Map(at => at[1] == 0 ? 1 : 0, grids)) { OutputType = DType.Bool, Differentiable = [] };
        yield return new OpCase("ViewAsReal", [Grid.Distinct([2, 3], 1), Grid.Distinct([2, 3], 2)], inputs => Tensor.ViewAsReal(inputs[0], inputs[1]), grids => Grid.From([2, 3, 2], at => grids[at[2]][at[0], at[1]]));
        yield return new OpCase("ViewAsComplex", [Grid.Distinct([3, 2], 1)], inputs => inputs[0].ViewAsComplex() is var (real, imaginary) ? [real, imaginary] : [], grids => [Grid.From([3], at => grids[0][at[0], 0]), Grid.From([3], at => grids[0][at[0], 1])]);
    }

    private static OpCase Both(string name, Func<Tensor, Tensor, (Tensor, Tensor)> function, Func<double, double, double> real, Func<double, double, double> imaginary) =>
        new(name, [Grid.Distinct([2, 3], 1), Grid.Distinct([2, 3], 2)], inputs => function(inputs[0], inputs[1]) is var (x, y) ? [x, y] : [], grids => [Grid.Map(at => real(at[0], at[1]), grids), Grid.Map(at => imaginary(at[0], at[1]), grids)]) { Tolerance = 4 };

    private static OpCase Of(string name, int[] shape, Func<Tensor, Tensor> function, int[] result, Func<Grid, int[], double> element, DType[]? types = null, double tolerance = 1) =>
        new(name, [Grid.Distinct(shape, 5)], inputs => function(inputs[0]), grids => Grid.From(result, at => element(grids[0], at))) { Types = types ?? OpCase.Numbers, Tolerance = tolerance };
}
