namespace Laminet.Verification.Operations;

/// <summary>Products of vectors and of chosen axes, as sums over indices.</summary>
internal static class VectorProductCases
{
    public static IEnumerable<OpCase> Rows()
    {
        yield return Of("DotOfVectors", [4], [4], (x, y) => x.Dot(y), [], 4, (x, y, at, k) => x[k] * y[k]);
        yield return Of("DotOfMatrices", [2, 4], [4, 3], (x, y) => x.Dot(y), [2, 3], 4, (x, y, at, k) => x[at[0], k] * y[k, at[1]]);
        yield return Of("DotOfMoreAxes", [2, 3, 4], [5, 4, 2], (x, y) => x.Dot(y), [2, 3, 5, 2], 4, (x, y, at, k) => x[at[0], at[1], k] * y[at[2], k, at[3]]);
        yield return Of("DotWithAScalar", [2, 3], [], (x, y) => x.Dot(y), [2, 3], 1, (x, y, at, k) => x[at] * y.Values[0]);
        yield return Of("Inner", [2, 4], [3, 4], (x, y) => x.Inner(y), [2, 3], 4, (x, y, at, k) => x[at[0], k] * y[at[1], k]);
        yield return Of("VDot", [2, 3], [6], (x, y) => x.VDot(y), [], 6, (x, y, at, k) => x.Values[k] * y[k]);
        yield return Of("Outer", [2, 2], [3], (x, y) => x.Outer(y), [4, 3], 1, (x, y, at, k) => x.Values[at[0]] * y[at[1]]);
        yield return Of("TensorDotOfTwoAxes", [2, 3, 4], [3, 4, 5], (x, y) => x.TensorDot(y), [2, 5], 12, (x, y, at, k) => x[at[0], k / 4, k % 4] * y[k / 4, k % 4, at[1]]);
        yield return Of("TensorDotOfNone", [2], [3], (x, y) => x.TensorDot(y, 0), [2, 3], 1, (x, y, at, k) => x[at[0]] * y[at[1]]);
        yield return Of("TensorDotOfPairs", [2, 3, 4], [4, 5, 2], (x, y) => x.TensorDot(y, [0, -1], [2, 0]), [3, 5], 8, (x, y, at, k) => x[k / 4, at[0], k % 4] * y[k % 4, at[1], k / 4]);
        yield return Of("Kron", [2, 3], [2, 2], (x, y) => x.Kron(y), [4, 6], 1, (x, y, at, k) => x[at[0] / 2, at[1] / 2] * y[at[0] % 2, at[1] % 2]);
        yield return Of("KronOfFewerAxes", [2], [3, 2], (x, y) => x.Kron(y), [3, 4], 1, (x, y, at, k) => x[at[1] / 2] * y[at[0], at[1] % 2]);
        yield return Of("Cross", [2, 3], [2, 3], (x, y) => x.Cross(y), [2, 3], 1, (x, y, at, k) => Cross(i => x[at[0], i], i => y[at[0], i], at[1]), signed: true);
        yield return Of("CrossAlongTheFirst", [3, 2], [3, 1], (x, y) => x.Cross(y, 0), [3, 2], 1, (x, y, at, k) => Cross(i => x[i, at[1]], i => y[i, 0], at[0]), signed: true);
    }

    private static double Cross(Func<int, double> x, Func<int, double> y, int place)
    {
        (int next, int last) = ((place + 1) % 3, (place + 2) % 3);
        return (x(next) * y(last)) - (x(last) * y(next));
    }

    private static OpCase Of(
        string name, int[] left, int[] right, Func<Tensor, Tensor, Tensor> function, int[] result, int count, Func<Grid, Grid, int[], int, double> term, bool signed = false) =>
        new(name, [Grid.Distinct(left, 5), Grid.Distinct(right, 6)], inputs => function(inputs[0], inputs[1]),
            grids => Grid.From(result, at => Enumerable.Range(0, count).Sum(k => term(grids[0], grids[1], at, k))))
        { Types = signed ? OpCase.Floats : [.. OpCase.Floats, DType.Int32, DType.Int64], Tolerance = 4 };
}
