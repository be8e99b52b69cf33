using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

public class AutodiffTests
{
    private static readonly double[] Points = [-1.7, -0.4, 0.3, 0.9, 2.1];

    public static TheoryData<string> Functions => ["x^4", "sin", "exp(x^2)", "tanh", "softplus", "x/(1+x^2)"];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Nested_gradients_are_the_analytic_derivatives(string name)
    {
        (Func<Tensor, Tensor> function, Func<double, double>[] derivatives) = Analytic(name);
        for (int order = 0; order < derivatives.Length; order++)
        {
            double[] actual = function(Tensor.From(Points)).ToArray<double>();
            for (int i = 0; i < Points.Length; i++)
            {
                double expected = derivatives[order](Points[i]);
                Assert.True(Math.Abs(actual[i] - expected) <= 1e-11 * Math.Max(1, Math.Abs(expected)), $"derivative {order} of {name} at {Points[i]} is {actual[i]}, expected {expected}");
            }

            function = Gradient.Of(function, Unconnected.Zeros);
        }
    }

    private static (Func<Tensor, Tensor> Function, Func<double, double>[] Derivatives) Analytic(string name) => name switch
    {
        "x^4" => (x => x.Pow(4), [x => Math.Pow(x, 4), x => 4 * Math.Pow(x, 3), x => 12 * x * x, x => 24 * x]),
        "sin" => (x => x.Sin(), [Math.Sin, Math.Cos, x => -Math.Sin(x), x => -Math.Cos(x)]),
        "exp(x^2)" => (x => x.Square().Exp(),
            [x => Math.Exp(x * x), x => 2 * x * Math.Exp(x * x), x => (2 + (4 * x * x)) * Math.Exp(x * x), x => ((12 * x) + (8 * x * x * x)) * Math.Exp(x * x)]),
        "tanh" => (x => x.Tanh(), [Math.Tanh, x => Sech2(x), x => -2 * Math.Tanh(x) * Sech2(x), x => (4 * Math.Pow(Math.Tanh(x), 2) * Sech2(x)) - (2 * Sech2(x) * Sech2(x))]),
        "softplus" => (x => x.Softplus(), [x => Math.Log(1 + Math.Exp(x)), S, x => S(x) * (1 - S(x)), x => S(x) * (1 - S(x)) * (1 - (2 * S(x)))]),
        _ => (x => x / (1 + x.Square()),
            [x => x / (1 + (x * x)), x => (1 - (x * x)) / Math.Pow(1 + (x * x), 2), x => 2 * x * ((x * x) - 3) / Math.Pow(1 + (x * x), 3),
            x => -6 * (Math.Pow(x, 4) - (6 * x * x) + 1) / Math.Pow(1 + (x * x), 4)]),
    };

    private static double Sech2(double x) => 1 / Math.Pow(Math.Cosh(x), 2);

    private static double S(double x) => 1 / (1 + Math.Exp(-x));

    [Theory]
    [InlineData(0.0, 0.5)]
    [InlineData(-50.0, 1.9287498479639178e-22)]
    [InlineData(800.0, 1.0)]
    public void The_gradient_of_softplus_is_the_sigmoid_everywhere(double at, double expected) =>
        Assert.Equal(expected, Gradient.Of(x => x.Softplus())(Tensor.Scalar(at)).Item<double>(), 1e-15);

    [Theory]
    [InlineData(0.0, 0.0, 0.0)]
    [InlineData(1.0, 1.0, 0.0)]
    [InlineData(2.0, 0.0, 2.0)]
    [InlineData(3.0, 0.0, 0.0)]
    public void Whole_powers_have_their_derivatives_at_zero(double power, double first, double second)
    {
        Func<Tensor, Tensor> derivative = Gradient.Of(x => x.Pow(power));
        Assert.Equal(first, derivative(Tensor.Scalar(0.0)).Item<double>());
        Assert.Equal(second, Gradient.Of(derivative)(Tensor.Scalar(0.0)).Item<double>());
    }

    [Fact]
    public void Ties_share_the_gradient_of_max_and_give_it_to_the_first_of_maximum()
    {
        Assert.Equal([0.5, 0, 0.5], Gradient.Of(x => x.Max())(Tensor.From(3.0, 1, 3)).ToArray<double>());
        Tensor tie = Tensor.Scalar(2.0);
        Assert.Equal(1, Gradient.Of(x => x.Maximum(tie))(tie).Item<double>());
        Assert.Equal(0, Gradient.Of(x => tie.Maximum(x))(tie).Item<double>());
        Assert.Equal(1, Gradient.Of(x => x.Clip(2, 3))(tie).Item<double>());
        Assert.Equal(0, Gradient.Of(x => x.Relu())(Tensor.Scalar(0.0)).Item<double>());
    }

    [Fact]
    public void An_inner_gradient_does_not_confuse_perturbations()
    {
        // d/dx [x d/dy (x + y)] = 1 at any point.
        foreach (double at in Points)
            Assert.Equal(1, Gradient.Of(x => x * Gradient.Of(y => x + y)(x))(Tensor.Scalar(at)).Item<double>());
        // d/dx [d/dy (x y^2) at y = 3] = 6.
        Assert.Equal(6, Gradient.Of(x => Gradient.Of(y => x * y.Square())(Tensor.Scalar(3.0)))(Tensor.Scalar(2.0)).Item<double>());
    }

    [Fact]
    public void A_tape_differentiates_a_gradient_computed_inside_it()
    {
        GradientTape outer = new();
        Tensor x = outer.Watch(Tensor.Scalar(2.0));
        Assert.Equal(12, outer.Gradient(Gradient.Of(y => y.Pow(3))(x), x).Item<double>(), 1e-12);
        Assert.Equal(6, outer.Gradient(Gradient.Of(y => x * y.Square())(Tensor.Scalar(3.0)), x).Item<double>());

        GradientTape inner = new();
        Tensor leaf = inner.Watch(Tensor.Scalar(5.0));
        Assert.Equal(10, outer.Gradient(inner.Gradient(x * leaf.Square(), leaf), x).Item<double>());

        GradientTape twice = new(createGraph: true);
        Tensor z = twice.Watch(Tensor.Scalar(2.0));
        Assert.Equal(12, twice.Gradient(twice.Gradient(z.Pow(3), z), z).Item<double>(), 1e-12);
    }

    [Fact]
    public void A_gradient_nobody_else_asks_for_is_not_recorded()
    {
        Assert.Null(Gradient.Of(x => x.Square())(Tensor.Scalar(2.0)).Node);
        GradientTape tape = new();
        Tensor x = tape.Watch(Tensor.Scalar(2.0));
        Assert.Null(tape.Gradient(x.Square(), x).Node);
    }

    [Fact]
    public void The_value_beside_a_gradient_holds_on_to_nothing_unless_somebody_else_watches()
    {
        Tensor x = Tensor.From(2.0);
        Assert.Null(Gradient.ValueAndGradients(inputs => inputs[0].Square(), x).Value.Node);
        Assert.Equal(12.0, Gradient.Of(outer => Gradient.ValueAndGradients(inputs => inputs[0] * outer.Square(), Tensor.From(3.0)).Value)(x).Item<double>());
    }

    [Fact]
    public void An_unconnected_source_is_told_and_gets_zeros_where_they_are_asked_for()
    {
        GradientTape tape = new();
        Tensor x = tape.Watch(Tensor.From(1.0, 2)), y = tape.Watch(Tensor.From(3f, 4, 5));
        Tensor target = (x * 2).Sum();
        IReadOnlyList<Tensor> gradients = tape.Gradients(target, Unconnected.Zeros);
        Assert.Equal([2.0, 2], gradients[0].ToArray<double>());
        Assert.Equal([0f, 0, 0], gradients[1].ToArray<float>());
        Assert.Equal([0.0, 0], Gradient.Of(_ => Tensor.Scalar(1.0), Unconnected.Zeros)(Tensor.From(1.0, 2)).ToArray<double>());
        Assert.Equal([0.0, 0], Gradient.Of(each => each.Detach() * 2, Unconnected.Zeros)(Tensor.From(1.0, 2)).ToArray<double>());
        Assert.Equal([0.0, 0], Gradient.Of(Gradient.Of(each => each * 2), Unconnected.Zeros)(Tensor.From(1.0, 2)).ToArray<double>());

        Assert.Equal(
            "Gradient: the result does not depend on source 1 of shape (3,), so there is no gradient by it. Compute the result from the tensor that Watch returned or that "
            + "the function received; rounding, comparing, casting to integers and Detach end the dependence. If zeros are meant, pass Unconnected.Zeros.",
            Assert.Throws<UnconnectedException>(() => tape.Gradients(target)).Message);
        Assert.Throws<UnconnectedException>(() => Gradient.Of(Gradient.Of(each => each * 2))(Tensor.From(1.0, 2)));
        Variable used = new(Tensor.From(1.0), "used"), unused = new(Tensor.From(1.0), "unused");
        Assert.Contains("the variable 'unused'", Assert.Throws<UnconnectedException>(() => Gradient.ValueAndGradients(() => used.Value.Sum(), [used, unused])).Message, StringComparison.Ordinal);
        _ = y;
    }

    [Fact]
    public void An_operation_of_several_outputs_receives_all_gradients_at_once_and_none_for_what_is_not_used()
    {
        Tensor x = Tensor.From(2.0, 3);
        Assert.Equal([16.0, 33], Gradient.Of(each => Both(each) is var both ? both[0] + both[1] : each)(x).ToArray<double>());
        Assert.Equal([4.0, 6], Gradient.Of(each => Both(each)[0])(x).ToArray<double>());
        Assert.Equal([12.0, 27], Gradient.Of(each => Both(each)[1])(x).ToArray<double>());
        Assert.Equal([2.0, 2], Gradient.Of(Gradient.Of(each => Both(each)[0]))(x).ToArray<double>());
        Assert.Equal([12.0, 18], Gradient.Of(Gradient.Of(each => Both(each)[1]))(x).ToArray<double>());

        static Tensor[] Both(Tensor x) => new SquareAndCube().ApplyAll(x);
    }

    [Fact]
    public void An_operation_keeps_residuals_only_where_a_gradient_may_be_asked_for()
    {
        Assert.Single(new WithResidual().ApplyAll(Tensor.From(3.0)));
        int runs = WithResidual.Residuals;
        _ = new WithResidual().Apply(Tensor.From(3.0));
        Assert.Equal(runs, WithResidual.Residuals);
        Assert.Equal(6, Gradient.Of(x => new WithResidual().Apply(x))(Tensor.From(3.0)).ToArray<double>()[0]);
        Assert.Equal(runs + 1, WithResidual.Residuals);
    }

    [Fact]
    public void A_source_may_be_computed_and_may_be_the_target()
    {
        GradientTape tape = new();
        Tensor x = tape.Watch(Tensor.Scalar(3.0));
        Tensor square = x.Square(), target = square * x;
        IReadOnlyList<Tensor> gradients = tape.Gradients(target, [square, target, x]);
        Assert.Equal([3.0, 1, 27], gradients.Select(gradient => gradient.Item<double>()));
    }

    [Fact]
    public void A_cast_passes_the_gradient_in_the_sources_type()
    {
        Tensor gradient = Gradient.Of(x => (x.Cast(DType.Float64).Square() * x.Cast(DType.Int32).Cast(DType.Float64)).Sum())(Tensor.From(1.5f, 2.5f));
        Assert.Equal([3f, 10f], gradient.ToArray<float>());
    }

    [Fact]
    public void Variables_are_watched_while_the_loss_runs_and_nested_ones_come_back()
    {
        Variable w = new(Tensor.Scalar(3.0), "w");
        // w^2 + |d/dw w^3|^2, where w is read again after the inner gradient: 2 w + 36 w^3 + 1.
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            () =>
            {
                Tensor inner = Gradient.ValueAndGradients(() => w.Value.Pow(3), [w]).Gradients[0];
                return inner.Square() + w.Value.Square() + w.Value;
            },
            [w]);
        Assert.Equal(741, value.Item<double>(), 1e-9);
        Assert.Equal((36 * 27) + 6 + 1, gradients[0].Item<double>(), 1e-9);
        Assert.Null(w.Value.Node);
    }

    [Fact]
    public void A_watched_value_of_a_variable_is_what_reading_the_variable_gives()
    {
        Variable w = new(Tensor.From(3.0, 5), "w"), same = new(w.Value, "of the same numbers");
        GradientTape tape = new();
        Tensor watched = tape.Watch(w.Value);
        Assert.Equal([6.0, 10], tape.Gradient((w.Value.Square() + same.Value.Square()).Sum(), watched).ToArray<double>());
        Assert.Equal([9.0, 15], tape.Gradient((w.Value.Square() + (w.Value * watched * 0.5)).Sum(), watched).ToArray<double>());
        // On this thread alone.
        Thread other = new(() => Assert.Null(w.Value.Node));
        other.Start();
        other.Join();
        // A tape within watches what the one around it does: d/dw (3 w^2) = 6 w.
        GradientTape inner = new();
        Tensor again = inner.Watch(w.Value);
        Tensor slope = inner.Gradient(w.Value.Pow(3).Sum(), again);
        Assert.Equal([18.0, 30], tape.Gradient(slope.Sum(), watched).ToArray<double>(), (x, y) => Math.Abs(x - y) < 1e-12);
        w.Assign(Tensor.From(1.0, 2));
        Assert.Null(w.Value.Node);
        Assert.Throws<UnconnectedException>(() => tape.Gradient(w.Value.Sum(), watched));
    }

    [Fact]
    public void A_watched_value_connects_in_a_compiled_function_and_in_a_scope()
    {
        Variable w = new(Tensor.From(3.0, 5), "w");
        IReadOnlyList<Tensor> Slope(IReadOnlyList<Tensor> x)
        {
            GradientTape tape = new();
            Tensor watched = tape.Watch(w.Value);
            return [tape.Gradient((w.Value.Square() * x[0]).Sum(), watched)];
        }

        Tensor[] inputs = [Tensor.From(1.0, 10)];
        Assert.Equal([6.0, 100], Function.Compile(Slope).Call(inputs)[0].ToArray<double>());
        using StateScope scope = new((w, Tensor.From(4.0, 6)));
        Assert.Equal([8.0, 120], Slope(inputs)[0].ToArray<double>());
    }

    [Fact]
    public void A_tape_within_another_watches_what_the_other_recorded()
    {
        GradientTape outer = new(), inner = new();
        Tensor x = outer.Watch(Tensor.Scalar(2.0));
        Tensor y = inner.Watch(x * 3);
        // d/dy y^2 = 2 y = 6 x; and z = y^2 = 9 x^2, by x 18 x.
        Assert.Equal(12, inner.Gradient(y.Square(), y).Item<double>());
        Assert.Equal(6, outer.Gradient(inner.Gradient(y.Square(), y), x).Item<double>());
        Assert.Equal(36, outer.Gradient(y.Square(), x).Item<double>());
    }

    [Fact]
    public void A_users_primitive_has_first_and_second_gradients()
    {
        Tensor x = Tensor.From(1f, -2f, 3f);
        Assert.Equal([1f, -8, 27], new Cube().Apply(x.Flip().Flip()).ToArray<float>());
        Func<Tensor, Tensor> first = Gradient.Of(each => new Cube().Apply(each));
        Assert.Equal([3f, 12, 27], first(x).ToArray<float>());
        Assert.Equal([6f, -12, 18], Gradient.Of(first)(x).ToArray<float>());
        Assert.Equal(new Shape(3), new Cube().Apply(Tensor.ShapeOnly([3])).Shape);
        Assert.Equal("Received a request for Single; the tensor holds Float64. Ask for its own type or Cast it.",
            Assert.Throws<DTypeException>(() => new Cube().Apply(Tensor.From(1.0))).Message);
    }

    [Fact]
    public void A_primitives_gradient_may_be_that_of_a_function()
    {
        Tensor x = Tensor.From(1.0, -2.0);
        Func<Tensor, Tensor> first = Gradient.Of(each => new ByBody().Apply(each));
        Assert.Equal([3.0, 12], first(x).ToArray<double>());
        Assert.Equal([6.0, -12], Gradient.Of(first)(x).ToArray<double>());
    }

    [Fact]
    public void A_gradient_of_the_wrong_shape_is_told()
    {
        ShapeException exception = Assert.Throws<ShapeException>(() => Gradient.Of(x => new Wrong().Apply(x))(Tensor.From(1f, 2)));
        Assert.Equal("Wrong: the gradient for input 0 has shape (); it must have the input's shape (2,).", exception.Message);
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_operations_does_not_overflow_the_stack()
    {
        GradientTape tape = new();
        Tensor x = tape.Watch(Tensor.Scalar(1.0)), y = x;
        for (int i = 0; i < 100_000; i++)
            y = i % 2 == 0 ? y + 1 : -y;
        Assert.Equal(1, tape.Gradient(y, x).Item<double>());
    }

    [Fact]
    public void A_node_used_many_times_collects_every_use()
    {
        // x_{i+1} = x_i + x_i: two to the twentieth paths, twenty-one nodes.
        Assert.Equal(1 << 20, Gradient.Of(x => Enumerable.Range(0, 20).Aggregate(x, (sum, _) => sum + sum))(Tensor.Scalar(1.0)).Item<double>());
        Assert.Equal(5000, Gradient.Of(x => Enumerable.Range(0, 5000).Select(_ => x).Aggregate((left, right) => left + right))(Tensor.Scalar(1.0)).Item<double>());
        Assert.Equal(8 * 27, Gradient.Of(x => x * x * (x * x) * 2)(Tensor.Scalar(3.0)).Item<double>());
    }

    [Fact]
    public void A_view_made_contiguous_keeps_its_history()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Tensor gradient = Gradient.Of(each => (each.Transpose().Reshape(6) * Tensor.From(1.0, 2, 3, 4, 5, 6)).Sum())(x);
        Assert.Equal([1.0, 3, 5, 2, 4, 6], gradient.ToArray<double>());
    }

    private sealed record Cube : Primitive
    {
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        protected override void Run(in KernelArguments arguments)
        {
            ReadOnlySpan<float> x = arguments.Input<float>(0);
            Span<float> y = arguments.Output<float>();
            for (int i = 0; i < x.Length; i++)
                y[i] = x[i] * x[i] * x[i];
        }

        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * 3 * arguments.Inputs[0].Square();
    }

    private sealed record ByBody : Primitive
    {
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        protected override void Run(in KernelArguments arguments)
        {
            for (int i = 0; i < arguments.Output<double>().Length; i++)
                arguments.Output<double>()[i] = Math.Pow(arguments.Input<double>(0)[i], 3);
        }

        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor upstream = arguments.Upstream;
            return Autodiff.Gradient.Of(x => x * x * x * upstream)(arguments.Inputs[0]);
        }
    }

    private sealed record SquareAndCube : Primitive
    {
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) => [inputs[0], inputs[0]];

        protected override void Run(in KernelArguments arguments)
        {
            ReadOnlySpan<double> x = arguments.Input<double>(0);
            for (int i = 0; i < x.Length; i++)
            {
                if (arguments.HasOutput(0))
                    arguments.Output<double>(0)[i] = x[i] * x[i];
                if (arguments.HasOutput(1))
                    arguments.Output<double>(1)[i] = x[i] * x[i] * x[i];
            }
        }

        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor x = arguments.Inputs[0];
            Tensor? square = arguments.Upstreams[0] is { } first ? first * 2 * x : null;
            Tensor? cube = arguments.Upstreams[1] is { } second ? second * 3 * x.Square() : null;
            return [square is null ? cube : cube is null ? square : square + cube];
        }
    }

    /// <summary>x squared; its rule reads 2 x from a further output.</summary>
    private sealed record WithResidual(bool Keeps = false) : Primitive
    {
        public static int Residuals { get; private set; }

        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) => Keeps ? [inputs[0], inputs[0]] : [inputs[0]];

        protected override Primitive ForGradient(ReadOnlySpan<bool> watched) => this with { Keeps = watched[0] };

        protected override void Run(in KernelArguments arguments)
        {
            ReadOnlySpan<double> x = arguments.Input<double>(0);
            for (int i = 0; i < x.Length; i++)
                arguments.Output<double>()[i] = x[i] * x[i];
            if (arguments.OutputCount < 2)
                return;
            Residuals++;
            for (int i = 0; i < x.Length; i++)
                arguments.Output<double>(1)[i] = 2 * x[i];
        }

        protected override Tensor?[] Gradients(in GradientArguments arguments) => [arguments.Upstream * arguments.Outputs[1]];
    }

    private sealed record Wrong : Primitive
    {
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        protected override void Run(in KernelArguments arguments) => arguments.Output<float>().Clear();

        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream.Sum();
    }
}
