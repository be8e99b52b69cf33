using Laminet.Tensors.Autodiff;

namespace Laminet.Tensors.Tests;

/// <summary>Points where a formula's gradient is NaN or wrong although the function has a derivative or a subgradient.</summary>
/// <remarks>Values: PyTorch 1.13 in float64 where it gives one, else by hand.</remarks>
public class GradientTrapTests
{
    private static readonly Tensor MinusInfinity = Tensor.Scalar(double.NegativeInfinity);

    public static TheoryData<double> Orders => [1, 2, double.PositiveInfinity];

    [Fact]
    public void A_norm_neither_overflows_nor_vanishes()
    {
        foreach (double order in new[] { 1, 2, double.PositiveInfinity })
        {
            double unit = order == 1 ? 7 : order == 2 ? 5 : 4;
            Assert.Equal((float)(unit * 1e20), Tensor.From(3e20f, -4e20f).Norm(order: order).Item<float>(), 1e14f);
            Assert.Equal(unit * 1e200, Tensor.From(3e200, -4e200).Norm(order: order).Item<double>(), 1e187);
            Assert.Equal(unit * 1e-200, Tensor.From(3e-200, -4e-200).Norm(order: order).Item<double>(), 1e-213);
        }

        // The smallest numbers there are, and the largest.
        Assert.Equal(5 * float.Epsilon, Tensor.From(3 * float.Epsilon, 4 * float.Epsilon).Norm().Item<float>());
        Assert.Equal(float.MaxValue, Tensor.From(0f, -float.MaxValue).Norm().Item<float>());
        Assert.Equal(double.PositiveInfinity, Tensor.From(1.0, double.NegativeInfinity).Norm().Item<double>());
        Assert.Equal(double.NaN, Tensor.From(double.PositiveInfinity, double.NaN).Norm().Item<double>());
        // Pieces of one row with scales that lie far apart.
        Tensor row = Tensor.Concatenate([Tensor.Full([40_000], 1e-30, DType.Float32), Tensor.Zeros([40_000]), Tensor.From(3e30f), Tensor.Zeros([40_000]), Tensor.From(4e30f)]);
        Assert.Equal(5e30f, row.Norm().Item<float>(), 1e24f);
    }

    [Fact]
    public void The_gradient_of_a_long_norm_is_the_direction()
    {
        double[] direction = Gradient.Of(x => x.Norm())(Tensor.From(3e20f, -4e20f)).Cast(DType.Float64).ToArray<double>();
        Assert.Equal([0.6, -0.8], direction.Select(value => Math.Round(value, 6)));
        double[] ofTiny = Gradient.Of(x => x.Norm())(Tensor.From(3e-200, 4e-200)).ToArray<double>();
        Assert.Equal([0.6, 0.8], ofTiny.Select(value => Math.Round(value, 12)));
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_gradient_of_a_norm_at_zero_is_zero_in_every_order(double order)
    {
        Tensor rows = Tensor.From(new double[,] { { 0, 0 }, { 3, -4 } });
        Func<Tensor, Tensor> derivative = Gradient.Of(x => x.Norm(-1, order));
        Assert.Equal([0.0, 0], derivative(rows).At(0).ToArray<double>());
        for (int higher = 2; higher <= (order == 2 ? 4 : 2); higher++)
        {
            Func<Tensor, Tensor> lower = derivative;
            derivative = Gradient.Of(x => (lower(x) * Tensor.From(1.0, 2)).Sum());
            Tensor value = derivative(rows);
            Assert.Equal([0.0, 0], value.At(0).ToArray<double>());
            Assert.True(value.IsFinite().All().Item<bool>(), $"Derivative {higher} is {value}.");
        }
    }

    [Fact]
    public void The_largest_elements_of_a_norm_share_its_gradient() =>
        Assert.Equal([0.5, -0.5, 0], Gradient.Of(x => x.Norm(order: double.PositiveInfinity))(Tensor.From(3.0, -3, 1)).ToArray<double>());

    [Fact]
    public void A_vector_of_zeros_is_made_a_unit_vector_with_a_finite_gradient()
    {
        static Tensor Unit(Tensor x) => x / x.Norm(-1, keepDims: true).Clip(1e-12, double.PositiveInfinity);
        Tensor zero = Tensor.From(0.0, 0);
        Assert.Equal([0.0, 0], Unit(zero).ToArray<double>());
        Assert.Equal([1e12, 0], Gradient.Of(x => Unit(x).At(0))(zero).ToArray<double>());
    }

    [Fact]
    public void Orders_that_norms_do_not_have_are_told()
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.From(1.0).Norm(order: double.NaN));
        Assert.StartsWith("Norm: received the order NaN; expected a number, or an infinity.", exception.Message, StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => Tensor.From(1).Norm());
        Assert.Throws<ShapeException>(() => Tensor.Zeros([0]).Norm(order: double.PositiveInfinity));
    }

    [Fact]
    public void What_is_masked_out_wholly_has_no_part_in_a_logarithm_of_a_sum()
    {
        Tensor x = Tensor.From(new[,] { { double.NegativeInfinity, double.NegativeInfinity }, { 0, double.NegativeInfinity }, { 1000, 1001 } });
        Assert.Equal([double.NegativeInfinity, 0, 1001 + Math.Log(1 + Math.Exp(-1))], x.LogSumExp(-1).ToArray<double>());
        double s = 1 / (1 + Math.Exp(1));
        Near([0, 0, 1, 0, s, 1 - s], Gradient.Of(each => each.LogSumExp(-1))(x));
        Near([0, 0, 0, 0, s * (1 - s), -s * (1 - s)], Gradient.Of(each => Gradient.Of(inner => inner.LogSumExp(-1))(each) * Tensor.From(1.0, 0))(x));
        // As in a recursion over sequences, where what is masked is added to what is masked.
        Near([0, 0, 1], Gradient.Of(each => Tensor.Stack([(each + MinusInfinity).LogSumExp(), each.At(2)]).LogSumExp())(Tensor.From(1.0, 2, 3)));
        Assert.Equal(float.PositiveInfinity, Tensor.From(float.PositiveInfinity, 1f).LogSumExp().Item<float>());
        Assert.Equal(float.NaN, Tensor.From(float.NaN, 1f).LogSumExp().Item<float>());
        // Of nothing the sum is 0, and so is its shape's gradient without an element.
        Assert.Equal([double.NegativeInfinity, double.NegativeInfinity], Tensor.Zeros([2, 0], DType.Float64).LogSumExp(-1).ToArray<double>());
        Assert.Equal(new Shape(2, 0), Gradient.Of(each => each.LogSumExp(-1).Sum())(Tensor.Zeros([2, 0], DType.Float64)).Shape);
        Assert.Equal(new Shape(0), Tensor.Zeros([0, 3]).LogSumExp(-1).Shape);
    }

    [Fact]
    public void A_loop_that_branches_is_differentiated_along_the_branches_it_took()
    {
        static Tensor Loop(Tensor v)
        {
            for (int i = 0; i < 130; i++)
                v = i % 2 == 0 ? v + 0.01 : v * 1.001;
            return v;
        }

        Near([1.7390392628688922], Loop(Tensor.From(1.0)));
        Near([1.0671243653831806], Gradient.Of(Loop)(Tensor.From(1.0)));
    }

    [Fact]
    public void A_branch_that_is_not_chosen_is_kept_out_of_the_gradient_by_replacing_its_operand()
    {
        // As in the documentation of Where.
        static Tensor Root(Tensor x)
        {
            Tensor positive = x.Greater(0);
            return Tensor.Where(positive, Tensor.Where(positive, x, x.OnesLike()).Sqrt(), x.ZerosLike());
        }

        Tensor at = Tensor.From(0.0, -1, 4);
        Assert.Equal([0.0, 0, 2], Root(at).ToArray<double>());
        Assert.Equal([0.0, 0, 0.25], Gradient.Of(Root)(at).ToArray<double>());
        Assert.Equal([0.0, 0, -1 / 32.0], Gradient.Of(Gradient.Of(Root))(at).ToArray<double>());

        static Tensor Product(Tensor x)
        {
            Tensor positive = x.Greater(0);
            return Tensor.Where(positive, x.ZerosLike(), Tensor.Where(positive, x.OnesLike(), x) * double.PositiveInfinity);
        }

        Assert.Equal([0.0], Gradient.Of(Product)(Tensor.From(1.0)).ToArray<double>());
    }

    [Fact]
    public void Products_have_the_right_gradients_at_zeros()
    {
        Assert.Equal([9.0, 0, 0], Gradient.Of(x => x.CumProd(0))(Tensor.From(0.0, 2, 3)).ToArray<double>());
        Assert.Equal([4.0, 2, 6], Gradient.Of(x => x.CumProd(0))(Tensor.From(2.0, 3, 0)).ToArray<double>());
        Assert.Equal([0.0, 24, 0, 0], Gradient.Of(x => x.Product())(Tensor.From(2.0, 0, 3, 4)).ToArray<double>());
        Assert.Equal([0.0, 0, 0], Gradient.Of(x => x.Product())(Tensor.From(0.0, 0, 4)).ToArray<double>());
    }

    [Fact]
    public void A_running_sum_keeps_its_digits()
    {
        Tensor sums = Tensor.Full([1_000_000], 0.1, DType.Float32).CumSum(0);
        Assert.Equal(1_000_000 * (double)0.1f, sums.At(-1).ToDouble(), 0.005);
        Assert.Equal([3_000_000_000, 6_000_000_000], Tensor.From(3_000_000_000u, 3_000_000_000u).CumSum(0).ToArray<ulong>());
        Assert.Equal([2L, 6], Tensor.From(2, 3).CumProd(0).ToArray<long>());
    }

    [Fact]
    public void Powers_have_their_partial_derivatives_at_zero()
    {
        Tensor bases = Tensor.From(0.0, 2);
        Near([0, 2 * Math.Log(2)], Gradient.Of(exponent => bases.Pow(exponent))(Tensor.From(1.0, 1)));
        Near([2 * Math.Log(2)], Gradient.Of(exponent => bases.Pow(exponent).Sum())(Tensor.From(1.0)));
        Near([1, 1], Gradient.Of(x => x.Pow(Tensor.Scalar(1.0)))(bases));
        Tensor zero = Tensor.From(0.0);
        Assert.Equal([0.0], Gradient.Of(x => x.Pow(zero))(zero).ToArray<double>());
        Assert.Equal([0.0], Gradient.Of(exponent => zero.Pow(exponent))(zero).ToArray<double>());
    }

    [Fact]
    public void Ties_share_the_gradient_of_extremes_and_give_it_to_the_first_of_two()
    {
        Tensor x = Tensor.From(1.0, 3, 3), tie = Tensor.From(3.0);
        Assert.Equal([0, 0.5, 0.5], Gradient.Of(each => each.Max())(x).ToArray<double>());
        Assert.Equal([0, 0.5, 0.5], Gradient.Of(each => -(-each).Min())(x).ToArray<double>());
        foreach (Func<Tensor, Tensor, Tensor> choice in new Func<Tensor, Tensor, Tensor>[] { (a, b) => a.Maximum(b), (a, b) => a.Minimum(b) })
        {
            Assert.Equal([1.0], Gradient.Of(each => choice(each, tie))(tie).ToArray<double>());
            Assert.Equal([0.0], Gradient.Of(each => choice(tie, each))(tie).ToArray<double>());
        }
    }

    [Fact]
    public void The_hessian_of_the_cross_entropy_is_that_of_the_softmax()
    {
        Tensor logits = Tensor.From(0.5, 0.5), oneHot = Tensor.From(1.0, 0);
        Func<Tensor, Tensor>[] losses =
        [
            x => x.CrossEntropy(oneHot),
            x => x.SparseCrossEntropy(Tensor.Scalar(0)),
            x => -(x.LogSoftmax() * oneHot).Sum(),
            x => -(x.Softmax().Log() * oneHot).Sum(),
            x => x.LogSumExp() - x.At(0),
        ];
        foreach (Func<Tensor, Tensor> loss in losses)
        {
            Func<Tensor, Tensor> gradient = Gradient.Of(loss);
            Near([-0.5, 0.5], gradient(logits));
            Near([0.25, -0.25], Gradient.Of(x => gradient(x).At(0))(logits));
            Near([-0.25, 0.25], Gradient.Of(x => gradient(x).At(1))(logits));
        }
    }

    private static void Near(double[] expected, Tensor actual)
    {
        double[] values = actual.ToArray<double>();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(expected[i], values[i], 1e-12);
    }
}
