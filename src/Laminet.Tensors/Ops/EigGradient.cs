namespace Laminet.Tensors.Ops;

/// <summary>
/// The gradient of <see cref="Eig"/>. With C = V⁻¹ dA V, the eigenvalues move by its diagonal and the vectors by V (C * F), F_ij = 1 / (w_j - w_i), and, so that they keep length 1 and a real positive pivot, by a
/// multiple of themselves. The reverse of the last is added to the gradient by the vectors, G; then dA = V⁻ᴴ (diag(dw) + conj(F) * (Vᴴ G)) Vᴴ, of which the real part counts. (Boeddeker et al. 2017, "On the
/// computation of complex-valued gradients with application to statistically optimum beamforming".) Complex matrices are pairs of real ones.
/// </summary>
internal static class EigGradient
{
    public static Tensor Of(Tensor[] outputs, Tensor?[] upstreams)
    {
        (Tensor real, Tensor imaginary) values = (outputs[0], outputs[1]), v = (outputs[2], outputs[3]);
        (Tensor Real, Tensor Imaginary) inner = (Matrices.Diagonals(upstreams[0] ?? outputs[0].ZerosLike()), Matrices.Diagonals(upstreams[1] ?? outputs[1].ZerosLike()));
        if (upstreams[2] is not null || upstreams[3] is not null)
        {
            (Tensor Real, Tensor Imaginary) g = Tangential((upstreams[2] ?? outputs[2].ZerosLike(), upstreams[3] ?? outputs[3].ZerosLike()), v);
            (Tensor Real, Tensor Imaginary) ofBasis = AdjointTimes(v, g), gaps = (Pairwise(values.real), Pairwise(values.imaginary));
            // conj(1 / z) = z / |z|².
            Tensor largest = (values.real.Square() + values.imaginary.Square()).Max([-1], keepDims: true);
            double bound = values.real.Shape[-1] * values.real.DType.Epsilon();
            Tensor factor = Matrices.SafeReciprocal(gaps.Real.Square() + gaps.Imaginary.Square(), (largest * (bound * bound)).Detach().ExpandDims(-1));
            inner = (inner.Real + (((ofBasis.Real * gaps.Real) - (ofBasis.Imaginary * gaps.Imaginary)) * factor), inner.Imaginary + (((ofBasis.Real * gaps.Imaginary) + (ofBasis.Imaginary * gaps.Real)) * factor));
        }

        // The right factor first: inner Vᴴ, then the system Vᴴ X = inner Vᴴ, as one of real numbers of twice the order.
        (Tensor Real, Tensor Imaginary) right = (
            inner.Real.MatMul(v.real, transposeOther: true) + inner.Imaginary.MatMul(v.imaginary, transposeOther: true),
            inner.Imaginary.MatMul(v.real, transposeOther: true) - inner.Real.MatMul(v.imaginary, transposeOther: true));
        (Tensor realAdjoint, Tensor imaginaryAdjoint) = (v.real.Transposed(), -v.imaginary.Transposed());
        Tensor system = Tensor.Concatenate([Tensor.Concatenate([realAdjoint, -imaginaryAdjoint], -1), Tensor.Concatenate([imaginaryAdjoint, realAdjoint], -1)], -2);
        return system.Solve(Tensor.Concatenate([right.Real, right.Imaginary], -2)).Slice(0, v.real.Shape[-1], axis: -2);
    }

    // g - v Re(vᴴ g) along each vector, for its length, and for the pivot p, whose imaginary part stays 0, i Im(conj(g)ᵀ v) / v_p there.
    private static (Tensor Real, Tensor Imaginary) Tangential((Tensor Real, Tensor Imaginary) g, (Tensor Real, Tensor Imaginary) v)
    {
        Tensor along = ((g.Real * v.Real) + (g.Imaginary * v.Imaginary)).Sum([-2], keepDims: true), across = ((g.Real * v.Imaginary) - (g.Imaginary * v.Real)).Sum([-2], keepDims: true);
        Tensor pivot = Pivots(v.Real, v.Imaginary), atPivot = (v.Real * pivot).Sum([-2], keepDims: true);
        return (g.Real - (v.Real * along), g.Imaginary - (v.Imaginary * along) + (pivot * across / atPivot));
    }

    // 1 at the component that was made real and positive: the largest such.
    private static Tensor Pivots(Tensor real, Tensor imaginary) =>
        real.Detach().MaskedBy(imaginary.Detach().Equal(0L)).ArgMax(-2).OneHot(real.Shape[-2], real.DType).Transposed();

    private static (Tensor Real, Tensor Imaginary) AdjointTimes((Tensor Real, Tensor Imaginary) x, (Tensor Real, Tensor Imaginary) y) => (
        x.Real.MatMul(y.Real, transposeThis: true) + x.Imaginary.MatMul(y.Imaginary, transposeThis: true),
        x.Real.MatMul(y.Imaginary, transposeThis: true) - x.Imaginary.MatMul(y.Real, transposeThis: true));

    private static Tensor Pairwise(Tensor x) => x.ExpandDims(-2) - x.ExpandDims(-1);
}
