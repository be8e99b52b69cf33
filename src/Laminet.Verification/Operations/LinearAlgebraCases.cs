using static Laminet.Verification.Operations.SlowMatrices;

namespace Laminet.Verification.Operations;

/// <summary>
/// Factors, systems and functions of matrices. A multiple of the identity that grows along the diagonal is added to random numbers, so that views which repeat rows are not singular and singular values
/// are distinct. Whatever has a sign or an order of its own is checked by the goldens; here are numbers that do not depend on it.
/// </summary>
internal static class LinearAlgebraCases
{
    // Orders beyond a block of the kernels and its multiples.
    private static readonly int[][] Outer = [[], [2], [0]];

    public static IEnumerable<OpCase> Rows() => [.. from outer in Outer from n in (int[])[1, 3, 5] from row in Square(outer, n) select row, .. Large(), .. Others()];

    private static IEnumerable<OpCase> Square(int[] outer, int n)
    {
        int[] shape = [.. outer, n, n], sides = [.. outer, n, 2];
        Grid a = Grid.Distinct(shape, n), b = Grid.Distinct(sides, n + 7);
        yield return Of("Cholesky", [a], [n, n], x => Positive(x[0]).Cholesky(), m => Cholesky(Positive(m[0])));
        yield return Of("CholeskyUpper", [a], [n, n], x => Positive(x[0]).Cholesky(upper: true), m => Transpose(Cholesky(Positive(m[0]))));
        yield return Of("CholeskyInverse", [a], [n, n], x => Added(x[0]).CholeskyInverse(), m => Inverse(Square(Lower(Plus(m[0], Diagonal)), left: true)));
        yield return Of("CholeskyInverseOfUpper", [a], [n, n], x => Added(x[0]).CholeskyInverse(upper: true), m => Inverse(Square(Upper(Plus(m[0], Diagonal)), left: false)));
        foreach (bool lower in (bool[])[false, true])
        {
            foreach (bool transpose in (bool[])[false, true])
            {
                foreach (bool unit in (bool[])[false, true])
                {
                    yield return Of($"SolveTriangular{(lower ? " lower" : "")}{(transpose ? " transposed" : "")}{(unit ? " unit" : "")}", [a, b], [n, 2], x => Added(x[0]).SolveTriangular(x[1], lower, transpose, unit), m =>
                    {
                        double[,] triangle = lower ? Lower(Plus(m[0], Diagonal)) : Upper(Plus(m[0], Diagonal)), read = unit ? Make(n, n, (i, j) => i == j ? 1 : triangle[i, j]) : triangle;
                        return Eliminate(transpose ? Transpose(read) : read, m[1]).X;
                    });
                }
            }
        }

        yield return Of("Solve", [a, b], [n, 2], x => Added(x[0]).Solve(x[1]), m => Eliminate(Plus(m[0], Diagonal), m[1]).X);
        yield return Of("Inverse", [a], [n, n], x => Added(x[0]).Inverse(), m => Inverse(Plus(m[0], Diagonal)));
        yield return Of("Determinant", [a], [], x => Added(x[0]).Determinant(), m => Number(Determinant(Plus(m[0], Diagonal))), 400);
        yield return Of("SignLogDeterminant", [a], [], x => Added(x[0]).SignLogDeterminant() is var (sign, log) ? sign * log : null!, m => Number(Determinant(Plus(m[0], Diagonal)) is var d ? Math.Sign(d) * Math.Log(Math.Abs(d)) : 0));
        yield return Of("LogDeterminant", [a], [], x => Positive(x[0]).LogDeterminant(), m => Number(Math.Log(Determinant(Positive(m[0])))));
        yield return Of("LUFactor", [a], [n, n], x => Added(x[0]).LUFactor().Factors, m => Factors(Plus(m[0], Diagonal)));
        // Functions of symmetric matrices whose eigenvalues are distinct.
        yield return Of("Eigh", [a], [n, n], x => Symmetric(x[0]).Eigh() is var (w, v) ? (v * (w * 0.1).Exp().ExpandDims(-2)).MatMul(v, transposeOther: true) : null!,
            m => Exponential(Make(n, n, (i, j) => 0.1 * Symmetric(m[0])[i, j])));
        yield return Of("Eigvalsh", [a], [], x => Symmetric(x[0]).Eigvalsh().Square().Sum(-1), m => Number(Multiply(Symmetric(m[0]), Symmetric(m[0])) is var square ? Enumerable.Range(0, n).Sum(i => square[i, i]) : 0), 100);
        yield return Of("MatrixPower", [a], [n, n], x => (x[0] * 0.5).MatrixPower(3), m => Make(n, n, (i, j) => Multiply(Multiply(m[0], m[0]), m[0])[i, j] / 8));
        yield return Of("MatrixPowerNegative", [a], [n, n], x => Added(x[0]).MatrixPower(-2), m => Inverse(Plus(m[0], Diagonal)) is var inverse ? Multiply(inverse, inverse) : null!);
        yield return Of("MatrixPowerZero", [a], [n, n], x => x[0].MatrixPower(0), m => Make(n, n, (i, j) => i == j ? 1 : 0), differentiable: false);
        yield return Of("MatrixExponential", [a], [n, n], x => x[0].MatrixExponential(), m => Exponential(m[0]), 100);
        yield return Of("Eig", [a], [n, n], x => Added(x[0]).Eig() is var ((re, im), (vr, vi)) ? Added(x[0]).MatMul(vr) - (vr * re.ExpandDims(-2)) + (vi * im.ExpandDims(-2)) : null!, m => new double[n, n], 200, differentiable: false);
        // The skew part makes most eigenvalues complex. They are in no order, so their squares are summed.
        yield return Of("EigValues", [a], [], x => Turned(x[0]).Eig().Values is var (re, im) ? (re.Square() - im.Square()).Sum(-1) : null!, m => Number(Turned(m[0]) is var t ? Multiply(t, t) is var square ? Enumerable.Range(0, n).Sum(i => square[i, i]) : 0 : 0), 400);
    }

    // More than one block, and several threads.
    private static IEnumerable<OpCase> Large()
    {
        const int n = 75;
        Grid a = Grid.Distinct([n, n], 3), b = Grid.Distinct([n, 5], 4);
        Tensor identity = Tensor.Identity(n, DType.Float64);
        yield return Of("CholeskyOfBlocks", [a], [n, n], x => (x[0].MatMul(x[0], transposeOther: true) + (identity * 30).Cast(x[0].DType)).Cholesky(), m => Cholesky(Plus(Square(m[0], left: true), _ => 30)), 200);
        yield return Of("SolveOfBlocks", [a, b], [n, 5], x => (x[0] + (identity * 30).Cast(x[0].DType)).Solve(x[1]), m => Eliminate(Plus(m[0], _ => 30), m[1]).X, 200);
        foreach (bool lower in (bool[])[false, true])
        {
            yield return Of($"SolveTriangularOfBlocks{(lower ? " lower" : "")}", [a, b], [n, 5], x => (x[0] + (identity * 30).Cast(x[0].DType)).SolveTriangular(x[1], lower),
                m => Eliminate(lower ? Lower(Plus(m[0], _ => 30)) : Upper(Plus(m[0], _ => 30)), m[1]).X, 200);
        }

        yield return Of("QROfBlocks", [a], [n, n], x => x[0].QR() is var (q, r) ? q.MatMul(r) : null!, m => m[0], 200, differentiable: false);
        yield return Of("SVDOfBlocks", [a], [n, n], x => x[0].SVD() is var (u, s, vt) ? (u * s.ExpandDims(-2)).MatMul(vt) : null!, m => m[0], 200, differentiable: false);
        yield return Of("EighOfBlocks", [a], [n, n], x => (x[0] + x[0].Transpose()).Eigh() is var (w, v) ? (v * w.ExpandDims(-2)).MatMul(v, transposeOther: true) : null!, m => Make(n, n, (i, j) => m[0][i, j] + m[0][j, i]), 400, differentiable: false);
    }

    private static IEnumerable<OpCase> Others()
    {
        foreach ((int m, int n) in ((int, int)[])[(4, 4), (5, 3), (3, 5), (7, 2), (1, 3), (3, 1)])
        {
            int count = Math.Min(m, n);
            Grid a = Grid.Distinct([2, m, n], m + n), b = Grid.Distinct([2, m, 2], 5);
            // What does not depend on signs: R is that of a Cholesky factor up to them, and Q Qᵀ is a projection.
            yield return Of($"QR {m}x{n}", [a], [count, n], x => AddedTo(x[0]).QR() is var (_, r) ? r * r.Diagonal(0, -2, -1).Sign().ExpandDims(-1) : null!, matrices =>
            {
                double[,] matrix = Plus(matrices[0], Diagonal), l = Cholesky(Square(Make(m, count, (i, j) => matrix[i, j]), left: false));
                return Eliminate(l, Multiply(Transpose(Make(m, count, (i, j) => matrix[i, j])), matrix)).X;
            }, 100);
            yield return Of("QRsBasis", [a], [m, m], x => AddedTo(x[0]).QR() is var (q, _) ? q.MatMul(q, transposeOther: true) : null!, matrices => OfSingular(Make(m, count, (i, j) => Plus(matrices[0], Diagonal)[i, j]), _ => 1) is var q ? Multiply(q, Transpose(q)) : null!, 100);
            yield return Of("SVD", [a], [m, n], x => AddedTo(x[0]).SVD(fullMatrices: false) is var (u, s, vt) ? (u * s.Sqrt().ExpandDims(-2)).MatMul(vt) : null!, matrices => OfSingular(Plus(matrices[0], Diagonal), Math.Sqrt), 100);
            yield return Of("SingularValues", [a], [count, 1], x => AddedTo(x[0]).SingularValues().ExpandDims(-1), matrices => Column(Singular(Plus(matrices[0], Diagonal)).S), 20);
            yield return Of("PseudoInverse", [a], [n, m], x => AddedTo(x[0]).PseudoInverse(), matrices => Transpose(OfSingular(Plus(matrices[0], Diagonal), s => 1 / s)), 100);
            yield return Of("Lstsq", [a, b], [n, 2], x => AddedTo(x[0]).Lstsq(x[1]), matrices => Multiply(Transpose(OfSingular(Plus(matrices[0], Diagonal), s => 1 / s)), matrices[1]), 100);
            yield return Of("MatrixRank", [a], [1], x => AddedTo(x[0]).MatrixRank().ExpandDims(-1), _ => Number(count), outputType: DType.Int32);
            foreach (MatrixNormKind kind in Enum.GetValues<MatrixNormKind>())
                yield return Of($"MatrixNorm {kind} {m}x{n}", [a], [1, 1], x => AddedTo(x[0]).MatrixNorm(kind, keepDims: true), matrices => Number(Norm(Plus(matrices[0], Diagonal), kind)), 20);
        }
    }

    private static double Norm(double[,] a, MatrixNormKind kind)
    {
        (double[] rows, double[] columns, double[] s) = (Sums(a), Sums(Transpose(a)), Singular(a).S);
        return kind switch
        {
            MatrixNormKind.Frobenius => Math.Sqrt(a.Cast<double>().Sum(value => value * value)),
            MatrixNormKind.Nuclear => s.Sum(),
            MatrixNormKind.Spectral => s.Max(),
            MatrixNormKind.LeastSingular => s.Min(),
            MatrixNormKind.LargestRow => rows.Max(),
            MatrixNormKind.SmallestRow => rows.Min(),
            MatrixNormKind.LargestColumn => columns.Max(),
            _ => columns.Min(),
        };
    }

    private static double[] Sums(double[,] a) => [.. Enumerable.Range(0, a.GetLength(0)).Select(i => Enumerable.Range(0, a.GetLength(1)).Sum(j => Math.Abs(a[i, j])))];

    private static OpCase Of(string name, Grid[] inputs, int[] result, Func<Tensor[], Tensor> function, Func<double[][,], double[,]> reference, double tolerance = 40, bool differentiable = true, DType? outputType = null) =>
        new($"{name}{string.Concat(inputs.Select(input => OpCases.Text(input.Shape)))}", inputs, function, grids => Each(grids, result, reference))
        {
            Types = OpCase.Computed,
            Tolerance = tolerance,
            OutputType = outputType,
            Differentiable = differentiable && outputType is null ? [.. Enumerable.Range(0, inputs.Length)] : [],
        };

    private static double Diagonal(int i) => 4 + i;

    private static Tensor Added(Tensor x) => x + (Tensor.Identity(x.Shape[-1], x.DType) * (Tensor.Range(0, x.Shape[-1], x.DType) + 4));

    private static Tensor AddedTo(Tensor x) => x + Tensor.From([.. Enumerable.Range(0, x.Shape[-2] * x.Shape[-1]).Select(i => i / x.Shape[-1] == i % x.Shape[-1] ? Diagonal(i % x.Shape[-1]) : 0)], [x.Shape[-2], x.Shape[-1]]).Cast(x.DType);

    private static Tensor Turned(Tensor x) => Added(x) + (x - x.SwapAxes(-1, -2)) * 2;

    private static double[,] Turned(double[,] a) => Make(a.GetLength(0), a.GetLength(0), (i, j) => (3 * a[i, j]) - (2 * a[j, i]) + (i == j ? Diagonal(i) : 0));

    private static Tensor Positive(Tensor x) => Added(x.MatMul(x, transposeOther: true));

    private static double[,] Positive(double[,] a) => Plus(Square(a, left: true), Diagonal);

    private static Tensor Symmetric(Tensor x) => Added(x + x.SwapAxes(-1, -2));

    private static double[,] Symmetric(double[,] a) => Make(a.GetLength(0), a.GetLength(0), (i, j) => a[i, j] + a[j, i] + (i == j ? Diagonal(i) : 0));

    // A Aᵀ or Aᵀ A.
    private static double[,] Square(double[,] a, bool left) => left ? Multiply(a, Transpose(a)) : Multiply(Transpose(a), a);

    private static double[,] Lower(double[,] a) => Make(a.GetLength(0), a.GetLength(0), (i, j) => j <= i ? a[i, j] : 0);

    private static double[,] Upper(double[,] a) => Make(a.GetLength(0), a.GetLength(0), (i, j) => j >= i ? a[i, j] : 0);

    private static double[,] Inverse(double[,] a) => Eliminate(a, Make(a.GetLength(0), a.GetLength(0), (i, j) => i == j ? 1 : 0)).X;

    private static double Determinant(double[,] a) => Eliminate(a, new double[a.GetLength(0), 0]).Determinant;

    private static double[,] Number(double value) => new[,] { { value } };

    // L and U in one matrix, row by row as in a textbook.
    private static double[,] Factors(double[,] a)
    {
        double[,] lu = (double[,])a.Clone();
        int n = a.GetLength(0);
        for (int k = 0; k < n; k++)
        {
            int pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(lu[i, k]));
            for (int j = 0; j < n; j++)
                (lu[k, j], lu[pivot, j]) = (lu[pivot, j], lu[k, j]);
            for (int i = k + 1; i < n; i++)
            {
                lu[i, k] /= lu[k, k];
                for (int j = k + 1; j < n; j++)
                    lu[i, j] -= lu[i, k] * lu[k, j];
            }
        }

        return lu;
    }
}
