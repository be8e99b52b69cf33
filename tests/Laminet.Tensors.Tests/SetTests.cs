using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

/// <summary>What the table of operations does not say of sets, segments and distances: sizes that depend on numbers, nothing at all, near points.</summary>
public class SetTests
{
    [Fact]
    public void A_size_that_depends_on_numbers_must_be_stated_in_a_compiled_function()
    {
        Func<Tensor, Tensor>[] functions = [x => x.Unique().Values, x => x.SegmentSum(x), x => x.SegmentMax(x)];
        foreach (Func<Tensor, Tensor> function in functions)
            Assert.Contains("are not known while a function is compiled", Assert.Throws<InvalidOperationException>(() => Function.Compile(function)(Tensor.From(1, 2, 1))).Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 1, 1], Function.Compile(x => x.Unique(4).Values)(Tensor.From(1, 2, 1)).ToArray<int>());
        Assert.Equal([0, 2, 2, 0], Function.Compile(x => x.SegmentSum(x, 4))(Tensor.From(1, 2, 1)).ToArray<int>());
    }

    [Fact]
    public void Nothing_is_in_nothing_and_has_no_unique_numbers()
    {
        Assert.Equal([false, false], Tensor.From(1.0, double.NaN).IsIn(Tensor.Ones([0])).ToArray<bool>());
        (Tensor values, Tensor indices, Tensor inverse, Tensor counts) = Tensor.Ones([0, 3]).Unique();
        Assert.Equal((0, 0, 0, 0), (values.Length, indices.Length, inverse.Length, counts.Length));
        Assert.Equal([1, 3, 7], Tensor.From(7, 3, 1, 3).Unique().Values.ToArray<int>());
        Assert.Equal([5f, 5], Tensor.From(5f).Unique(2).Values.ToArray<float>());
    }

    // As NumPy since 1.21 has it: NaN is one number, and the last.
    [Fact]
    public void NaN_is_counted_as_one_number_at_the_end()
    {
        (Tensor values, _, Tensor inverse, Tensor counts) = Tensor.From(double.NaN, 1, double.NaN, 1).Unique();
        Assert.Equal([1, double.NaN], values.ToArray<double>());
        Assert.Equal([2, 2], counts.ToArray<int>());
        Assert.Equal([1, 0, 1, 0], inverse.ToArray<int>());
        Assert.Equal([0, 1, 2, float.NaN], Tensor.From(0, float.NaN, 2, float.NaN, 2, 1, 0, 1, 2, 0).Unique().Values.ToArray<float>());
    }

    [Fact]
    public void Distances_of_near_points_and_of_a_point_from_itself()
    {
        Tensor far = Tensor.From(new double[,] { { 1e8, 0 }, { 1e8 + 1, 0 } });
        Assert.Equal([0, 1, 1, 0], far.CDist(far).ToArray<double>());
        // About their mean, where the squares of the coordinates themselves would have lost the 1.
        Assert.Equal([0, 1, 1, 0], far.SquaredDistances(far).ToArray<double>());
        foreach (double order in (double[])[1, 1.5, 2, 4, double.PositiveInfinity])
        {
            GradientTape tape = new();
            Tensor x = tape.Watch(Tensor.From(new double[,] { { 1, 2 } }));
            Assert.Equal([0, 0], tape.Gradient(x.CDist(Tensor.From(new double[,] { { 1, 2 } }), order).Sum(), x).ToArray<double>());
        }
    }

    [Fact]
    public void A_quotient_by_zero_and_its_gradients_are_zero()
    {
        GradientTape tape = new();
        Tensor x = tape.Watch(Tensor.From(1.0, 2)), y = tape.Watch(Tensor.From(0.0, 4));
        Tensor quotient = x.DivideNoNan(y);
        Assert.Equal([0, 0.5], quotient.ToArray<double>());
        Assert.Equal([[0, 0.25], [0, -0.125]], tape.Gradients(quotient.Sum(), [x, y]).Select(gradient => gradient.ToArray<double>()));
    }

    [Fact]
    public void The_incomplete_functions_have_no_gradient_by_their_settings_and_say_so()
    {
        GradientTape tape = new();
        Tensor a = tape.Watch(Tensor.From(2.0));
        Assert.Contains("no gradient by a", Assert.Throws<NotSupportedException>(() => tape.Gradient(a.GammaInc(Tensor.From(1.0)).Sum(), a)).Message, StringComparison.Ordinal);
    }
}
