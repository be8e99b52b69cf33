using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests.Blocks;

[Collection("Engine settings")]
public sealed class UpdateRuleTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1024)]
    [InlineData(200_003)]
    public void Every_element_is_updated_once_and_threads_do_not_change_the_bits(int length)
    {
        Tensor start = new RandomKey(1).Normal([length]), gradient = new RandomKey(2).Normal([length]);
        float[][] results = new float[3][];
        int threads = Engine.Threads;
        try
        {
            for (int count = 1; count <= 3; count++)
            {
                Engine.Threads = count;
                Variable value = new(start, "w"), first = new(start.ZerosLike(), "a"), second = new(start.ZerosLike(), "b"), third = new(start.ZerosLike(), "c");
                for (int step = 0; step < 2; step++)
                    new Mixed().Apply(value, gradient, [first, second, third], UpdateRule.Scalars(Array.Empty<double>(), decay: 0.5));
                results[count - 1] = [.. value.Value.ToArray<float>(), .. first.Value.ToArray<float>(), .. second.Value.ToArray<float>(), .. third.Value.ToArray<float>()];
            }
        }
        finally
        {
            Engine.Threads = threads;
        }

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
        (float[] w, float[] g) = (start.ToArray<float>(), gradient.ToArray<float>());
        for (int i = 0; i < length; i++)
        {
            Assert.Equal(((w[i] * 0.5f) - g[i]) * 0.5f - g[i], results[0][i]);
            Assert.Equal(2, results[0][length + i]);
            Assert.Equal(g[i] + g[i], results[0][(2 * length) + i]);
            Assert.Equal(g[i] * g[i], results[0][(3 * length) + i]);
        }
    }

    [Fact]
    public void A_buffer_nobody_holds_is_written_in_place_and_one_that_was_read_is_not()
    {
        Variable value = new(Tensor.Zeros([100]), "w");
        Tensor gradient = Tensor.Ones([100]);
        new Descent().Apply(value, gradient, []);
        Tensor mine = value.Current;
        new Descent().Apply(value, gradient, []);
        Assert.Same(mine, value.Current);
        Tensor held = value.Value;
        new Descent().Apply(value, gradient, []);
        Assert.Equal(-2, held.ToArray<float>()[99]);
        Assert.Equal(-3, value.Value.ToArray<float>()[99]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_update_that_does_not_apply_leaves_value_and_slots_as_they_are(bool compiled)
    {
        Variable value = new(new RandomKey(1).Normal([1029]), "w"), slot = new(Tensor.Ones([1029]), "a");
        float[] before = value.Value.ToArray<float>();
        Tensor gradient = Tensor.Full([1029], double.NaN);
        CompiledFunction step = Function.Compile(inputs => Step(inputs));
        foreach (double applies in new[] { 0.0, 1 })
        {
            _ = compiled ? step.Call(Tensor.Scalar(applies)) : Step([Tensor.Scalar(applies)]);
            Assert.Equal(applies == 1, float.IsNaN(value.Value.ToArray<float>()[1028]));
            if (applies == 0)
                Assert.Equal(before.Append(1), value.Value.ToArray<float>().Append(slot.Value.ToArray<float>()[0]));
        }

        IReadOnlyList<Tensor> Step(IReadOnlyList<Tensor> inputs)
        {
            new Mixed().Apply(value, gradient, [slot, new Variable(Tensor.Ones([1029]), "b"), new Variable(Tensor.Ones([1029]), "c")],
                UpdateRule.Scalars([], Tensor.Scalar(0.5), Tensor.Scalar(2.0), inputs[0]));
            return [];
        }
    }

    [Fact]
    public void Misfits_are_told()
    {
        Variable value = new(Tensor.Zeros([2]), "w");
        Assert.Equal("Descent: the gradient for 'w' has shape (3,); it must have the variable's shape (2,).",
            Assert.Throws<ShapeException>(() => new Descent().Apply(value, Tensor.Ones([3]), [])).Message);
        Assert.Equal("Descent: the slot 'm' for 'w' holds Float64; the variable holds Float32. Cast it first.",
            Assert.Throws<DTypeException>(() => new Descent().Apply(value, Tensor.Ones([2]), [new Variable(Tensor.Ones([2], DType.Float64), "m")])).Message);
        Assert.Equal("Descent: the variable 'n' holds Int32; only Float32 and Float64 are trained.",
            Assert.Throws<DTypeException>(() => new Descent().Apply(new Variable(Tensor.From(1), "n"), Tensor.From(1), [])).Message);
        Assert.Throws<ArgumentException>(() => new Descent().Apply(value, Tensor.Ones([2]), [value, value, value, value]));
    }

    private sealed record Descent : UpdateRule
    {
        protected override void Update<T>(in UpdateTile<T> tile)
        {
            for (int i = 0; i < tile.Gradient.Length; i++)
                tile.Value[i] -= tile.Gradient[i];
        }
    }

    private sealed record Mixed : UpdateRule
    {
        protected override void Update<T>(in UpdateTile<T> tile)
        {
            for (int i = 0; i < tile.Gradient.Length; i++)
            {
                tile.Value[i] -= tile.Gradient[i];
                tile.Slot(0)[i] += Constant<T>(1);
                tile.Slot(1)[i] += tile.Gradient[i];
                tile.Slot(2)[i] = tile.Gradient[i] * tile.Gradient[i];
            }
        }
    }
}
