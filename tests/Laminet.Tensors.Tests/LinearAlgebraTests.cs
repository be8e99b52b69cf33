using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests;

/// <summary>Matrices at the edges: singular, of few digits, empty, not finite; degenerate gradients; the same bits for any number of threads.</summary>
[Collection("Engine settings")]
public class LinearAlgebraTests
{
    [Fact]
    public void Eigenvalues_of_general_matrices_have_the_gradient_of_symmetric_ones()
    {
        Tensor x = Tensor.From([4.0, 1, 0.5, 1, 3, -0.25, 0.5, -0.25, 1], [3, 3]), function = Tensor.From([0.5, -1.0, 2.0, 0.25, 3, 1, -2, 0.125, 1], [3, 3]);
        Tensor general = Gradient.Of(a => a.Eig() is var (w, v) ? ((v.Real * w.Real.Exp().ExpandDims(-2)).MatMul(v.Real, transposeOther: true) * function).Sum() : a)(x);
        Tensor symmetric = Gradient.Of(a => a.Eigh() is var (w, v) ? ((v * w.Exp().ExpandDims(-2)).MatMul(v, transposeOther: true) * function).Sum() : a)(x);
        // The gradient of Eigh is symmetric.
        Near(symmetric.ToArray<double>(), (general + general.SwapAxes(0, 1)) * 0.5);
    }

    [Fact]
    public void Equal_eigenvalues_of_general_matrices_have_a_finite_gradient_and_missing_vectors_a_huge_one()
    {
        Near([2, 0, 0, 0, 2, 0, 0, 0, 2], Gradient.Of(x => x.Eig().Values.Real.Square().Sum())(Tensor.Identity(3, DType.Float64)));
        Assert.All(Gradient.Of(x => x.Eig().Vectors.Real.Sum())(Tensor.Identity(3, DType.Float64)).ToArray<double>(), number => Assert.True(double.IsFinite(number)));
        Assert.Contains(Gradient.Of(x => x.Eig().Values.Real.At(0))(Tensor.From([0.0, 1, 0, 0], [2, 2])).ToArray<double>(), number => Math.Abs(number) > 1e9);
    }

    private static readonly Tensor Singular = Tensor.From([1.0, 2, 2, 4], [2, 2]);

    public static TheoryData<double> NotFinite => [double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    [Fact]
    public void A_singular_matrix_has_no_inverse()
    {
        // A pivot is exactly 0, as in NumPy, which raises LinAlgError.
        LinearAlgebraException exception = Assert.Throws<LinearAlgebraException>(() => Singular.Inverse());
        Assert.Equal("Inverse: the matrix is singular: pivot 1 is 0. PseudoInverse and Lstsq take singular matrices.", exception.Message);
        Tensor stack = Tensor.Stack([Tensor.Identity(2, DType.Float64), Singular]);
        Assert.StartsWith("Solve: matrix 1 of 2 is singular", Assert.Throws<LinearAlgebraException>(() => stack.Solve(stack)).Message, StringComparison.Ordinal);
        Assert.Throws<LinearAlgebraException>(() => Singular.MatrixPower(-1));
        Assert.Throws<LinearAlgebraException>(() => Gradient.Of(x => x.LogDeterminant())(Singular));
        Assert.Equal(0, Singular.Determinant().Item<double>());
        (Tensor sign, Tensor logarithm) = Singular.SignLogDeterminant();
        Assert.Equal((0, double.NegativeInfinity), (sign.Item<double>(), logarithm.Item<double>()));
        Assert.Equal(1, Singular.MatrixRank().Item<int>());
        Near([0.04, 0.08, 0.08, 0.16], Singular.PseudoInverse());
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_has_no_Cholesky_factor()
    {
        LinearAlgebraException exception = Assert.Throws<LinearAlgebraException>(() => Tensor.From([4.0, 0, 0, -1], [2, 2]).Cholesky());
        Assert.Equal("Cholesky: the matrix is not positive definite: its leading minor of order 2 is not positive. Add a small multiple of the identity.", exception.Message);
        Assert.Throws<LinearAlgebraException>(() => Tensor.Full([2, 2], double.NaN, DType.Float64).Cholesky());
        // Beyond the first block.
        double[] diagonal = [.. Enumerable.Range(0, 90).Select(i => i == 80 ? -1.0 : 2)];
        Assert.Contains("order 81", Assert.Throws<LinearAlgebraException>(() => (Tensor.From(diagonal) * Tensor.Identity(90, DType.Float64)).Cholesky()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NotFinite))]
    public void Numbers_that_are_not_finite_have_no_eigenvalues_and_go_through_the_rest(double number)
    {
        Tensor x = Tensor.From([1, 2, number, 3], [2, 2]);
        Assert.Throws<LinearAlgebraException>(() => x.Eigh());
        Assert.Throws<LinearAlgebraException>(() => x.Eig());
        Assert.Throws<LinearAlgebraException>(() => x.SVD());
        Assert.Throws<LinearAlgebraException>(() => x.PseudoInverse());
        Assert.True(double.IsNaN(x.QR().R.Sum().Item<double>()));
        Assert.True(double.IsNaN(x.MatrixExponential().Sum().Item<double>()));
        Assert.False(double.IsFinite(x.Determinant().Item<double>()));
    }

    [Fact]
    public void Matrices_without_rows_have_results_without_rows()
    {
        Tensor empty = Tensor.Zeros([0, 0], DType.Float64), flat = Tensor.Zeros([3, 0], DType.Float64);
        Assert.Equal(1, empty.Determinant().Item<double>());
        Assert.Equal(0, empty.LogDeterminant().Item<double>());
        Assert.Equal([0, 0], empty.Inverse().Shape);
        Assert.Equal([0, 0], empty.Cholesky().Shape);
        Assert.Equal([0], empty.Eigvalsh().Shape);
        Assert.Equal(Tensor.Identity(3, DType.Float64).ToArray<double>(), flat.SVD().U.ToArray<double>());
        Assert.Equal(Tensor.Identity(3, DType.Float64).ToArray<double>(), flat.QR(complete: true).Q.ToArray<double>());
        Assert.Equal([0, 3], flat.PseudoInverse().Shape);
        Assert.Equal(0, flat.MatrixRank().Item<int>());
        Assert.Equal([0, 2], flat.Lstsq(Tensor.Zeros([3, 2], DType.Float64)).Shape);
        Assert.Equal([0.0, 0], Tensor.Zeros([0, 2], DType.Float64).Lstsq(Tensor.Zeros([0], DType.Float64)).ToArray<double>());
    }

    [Fact]
    public void Hilberts_matrix_keeps_the_digits_that_LAPACK_keeps()
    {
        // Its condition number is 1.5e10: a solution has six digits in Float64, and a residual that is a few roundings.
        const int n = 8;
        Tensor hilbert = Tensor.From([.. Enumerable.Range(0, n * n).Select(i => 1.0 / ((i / n) + (i % n) + 1))], [n, n]), ones = Tensor.Ones([n], DType.Float64), b = hilbert.MatMul(ones);
        Assert.True((hilbert.Solve(b) - ones).Abs().Max().Item<double>() < 1e-5);
        Assert.True((hilbert.MatMul(hilbert.Solve(b)) - b).Abs().Max().Item<double>() < 1e-14);
        Tensor l = hilbert.Cholesky();
        Assert.True((l.MatMul(l, transposeOther: true) - hilbert).Abs().Max().Item<double>() < 1e-15);
        // Singular values to an error of a few roundings of the largest: numpy.linalg.svd.
        Near([1.6959389969219496, 0.29812521131693076, 0.026212843578119045, 0.0014676881177418364, 5.4369433697499565e-05, 1.294332091870076e-06, 1.7988737454536877e-08, 1.1115390006764151e-10], hilbert.SingularValues(), 2e-15);
    }

    [Theory]
    [InlineData(1e-150)]
    [InlineData(1e150)]
    public void Scales_change_no_digit(double scale)
    {
        Tensor x = Tensor.From([2.0, 1, 1, 3], [2, 2]), scaled = x * scale;
        Near(x.Eigh().Values.ToArray<double>(), scaled.Eigh().Values / scale);
        Near(x.SVD().Values.ToArray<double>(), scaled.SVD().Values / scale);
        Near(x.QR().R.ToArray<double>(), scaled.QR().R / scale);
    }

    // Each of the three is a known trap of other systems.
    [Fact]
    public void Equal_singular_values_have_a_gradient()
    {
        Tensor a = Tensor.Identity(4, DType.Float64) * Tensor.From([1.0, 1, 2, 3]);
        Tensor gradient = Gradient.Of(x => x.SVD() is var (u, s, vt) ? (u * s.ExpandDims(-2)).MatMul(vt).Norm() : null!)(a);
        Near((a / a.Norm()).ToArray<double>(), gradient);
        Near([.25819889, .25819889, .51639778, .77459667], gradient.Diagonal(), 1e-8);
    }

    [Fact]
    public void The_gradient_of_a_determinant_at_a_singular_matrix_is_its_cofactors()
    {
        Near([4, -2, -2, 1], Gradient.Of(x => x.Determinant())(Singular));
        // Of rank n - 2 all cofactors are 0.
        Near(new double[9], Gradient.Of(x => x.Determinant())(Tensor.Ones([3, 3], DType.Float64)));
    }

    [Fact]
    public void The_gradient_through_a_Cholesky_factor_is_symmetric()
    {
        Tensor a = Tensor.From([2.0, 1, 1, 2], [2, 2]);
        double[] expected = [-.5555555555555556, .4444444444444444, .4444444444444444, -.5555555555555556];
        Near(expected, Gradient.Of(x => x.Cholesky().CholeskyInverse().Trace())(a));
        Near(expected, Gradient.Of(x => x.Inverse().Trace())(a));
    }

    [Fact]
    public void Signs_are_those_that_are_documented()
    {
        Tensor x = Tensor.From([.. Enumerable.Range(0, 30).Select(i => Math.Sin((i * i) + 1.0))], [6, 5]);
        foreach (Tensor vectors in (Tensor[])[x.SVD().U, x.MatMul(x, transposeThis: true).Eigh().Vectors])
            Assert.All(Enumerable.Range(0, vectors.Shape[0]), column => Assert.True(vectors.At(column, 1).ToArray<double>().MaxBy(Math.Abs) > 0));
        // As LAPACK: the diagonal of R takes the sign opposite to that of the first number, and a column that is zero below keeps its own.
        Near([-5, 1, 0, -7], Tensor.From([3.0, 5, 4, -5], [2, 2]).QR().R);
        Assert.Equal([2.0, 0, 0, -3], Tensor.From([2.0, 0, 0, -3], [2, 2]).QR().R.ToArray<double>());
    }

    [Fact]
    public void More_threads_give_the_same_bits()
    {
        Tensor x = new RandomKey(5).Normal([200, 190]), many = new RandomKey(6).Normal([40, 20, 20]);
        Func<Tensor, IEnumerable<Tensor>>[] functions =
        [
            a => [Gram(a).Cholesky()], a => a.QR() is var (q, r) ? [q, r] : [], a => a.SVD(false) is var (u, s, vt) ? [u, s, vt] : [], a => Gram(a).Eigh() is var (w, v) ? [w, v] : [],
            a => [Gram(a).Solve(Gram(a))], a => [a.LUFactor().Factors], a => [Gram(a).MatrixExponential()], a => [a.PseudoInverse()],
        ];
        int before = Workers.Count;
        try
        {
            foreach (Tensor a in (Tensor[])[x, many])
            {
                foreach (Func<Tensor, IEnumerable<Tensor>> function in functions)
                {
                    Workers.Count = 1;
                    float[][] one = [.. function(a).Select(result => result.ToArray<float>())];
                    Workers.Count = 3;
                    Assert.Equal(one, [.. function(a).Select(result => result.ToArray<float>())]);
                }
            }
        }
        finally
        {
            Workers.Count = before;
        }

        static Tensor Gram(Tensor a) => (a.MatMul(a, transposeThis: true) * 0.01) + Tensor.Identity(a.Shape[-1]);
    }

    [Fact]
    public void A_function_changes_along_a_direction()
    {
        (Tensor value, Tensor tangent) = Gradient.Jvp(inputs => inputs[0].Square() * inputs[1], [Tensor.From(1.0, 2, 3), Tensor.Scalar(2.0)], [Tensor.From(1.0, 0, -1), Tensor.Scalar(0.5)]);
        Near([2, 8, 18], value);
        Near([4.5, 2, -7.5], tangent);
        Assert.Equal([0.0], Gradient.Jvp(_ => Tensor.From(3.0), [Tensor.From(1.0)], [Tensor.From(1.0)]).Tangent.ToArray<double>());
        Assert.Contains("expected the same shapes", Assert.Throws<ShapeException>(() => Gradient.Jvp(x => x[0], [Tensor.From(1.0)], [Tensor.From(1.0, 2)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_use_is_explained()
    {
        Tensor wide = Tensor.Zeros([2, 3]), square = Tensor.Identity(2);
        Assert.Equal("Inverse: received matrices of shape (2, 3); expected square ones, (..., n, n). QR, SVD, PseudoInverse and Lstsq take others.", Assert.Throws<ShapeException>(() => wide.Inverse()).Message);
        Assert.Equal("QR: received numbers of shape (3,); expected matrices, (..., m, n). A vector is made a column by ExpandDims(-1).", Assert.Throws<ShapeException>(() => Tensor.Zeros([3]).QR()).Message);
        Assert.Equal("Solve: received matrices of shape (2, 2) and right sides of shape (3,); expected vectors (..., 2) or matrices (..., 2, k).", Assert.Throws<ShapeException>(() => square.Solve(Tensor.Zeros([3]))).Message);
        Assert.Throws<DTypeException>(() => square.Cast(DType.Int32).Determinant());
        Assert.Throws<ArgumentOutOfRangeException>(() => square.MatrixRank(-1));
        Assert.Throws<NotSupportedException>(() => Gradient.Of(x => x.QR(complete: true).Q)(Tensor.From([1f, 2, 3], [3, 1])));
        Assert.Throws<NotSupportedException>(() => Gradient.Of(x => x.SVD().U)(Tensor.From([1f, 2, 3], [3, 1])));
    }

    private static void Near(double[] expected, Tensor actual, double tolerance = 1e-13)
    {
        double[] values = actual.ToArray<double>();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(values.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, tolerance));
    }
}
