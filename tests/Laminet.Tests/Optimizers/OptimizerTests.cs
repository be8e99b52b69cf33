using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Verification;

namespace Laminet.Tests.Optimizers;

/// <summary>State, clipping, decay, what is left alone, and errors.</summary>
public sealed class OptimizerTests
{
    public static TheoryData<string> Names => [.. Own];

    // Those that make their steps themselves.
    private static IEnumerable<string> Own => Families.ClassesOf<Optimizer>().Select(type => type.Name).Except([nameof(LossScaleOptimizer), nameof(MultiOptimizer)]);

    // The steps of these depend on the size of the whole gradient, so NaN reaches all of a variable.
    public static TheoryData<string> Elementwise => [.. Own.Except([nameof(Lamb), nameof(Adafactor)])];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_restored_run_goes_on_bit_for_bit(string name)
    {
        Variable[] weights = Weights();
        Optimizer optimizer = Optimizer.Registry.Create(name);
        Run(optimizer, weights, 0, 5);
        optimizer.LearningRate *= 0.3;
        Variable[] copies = [.. weights.Select(weight => new Variable(weight.Value, weight.Name))];
        Optimizer resumed = Optimizer.Registry.Create(name);
        resumed.Build(copies);
        Assert.Equal(optimizer.State.Select(variable => variable.ToString()), resumed.State.Select(variable => variable.ToString()));
        for (int i = 0; i < resumed.State.Count; i++)
            resumed.State[i].Assign(optimizer.State[i].Value);
        Assert.Equal(5, resumed.Iterations);
        Assert.Equal(optimizer.LearningRate, resumed.LearningRate);

        Run(optimizer, weights, 5, 9);
        Run(resumed, copies, 5, 9);
        foreach ((Variable first, Variable second) in weights.Concat(optimizer.State).Zip(copies.Concat(resumed.State)))
            Assert.True(first.Value.Equal(second.Value).All().Item<bool>(), $"{first} differs");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tensors_that_somebody_holds_never_change(string name)
    {
        Variable[] weights = Weights();
        Optimizer optimizer = Optimizer.Registry.Create(name);
        Run(optimizer, weights, 0, 3);
        Tensor[] held = [.. weights.Concat(optimizer.State).Select(variable => variable.Value)];
        double[][] before = [.. held.Select(tensor => tensor.Cast(DType.Float64).ToArray<double>())];
        Run(optimizer, weights, 3, 6);
        Assert.Equal(before, held.Select(tensor => tensor.Cast(DType.Float64).ToArray<double>()));
    }

    [Theory]
    [MemberData(nameof(Elementwise))]
    public void NaN_shows_in_the_weights_it_reaches_and_nowhere_else(string name)
    {
        Variable weight = new(Tensor.From(1f, 2, 3), "w");
        Optimizer.Registry.Create(name).Apply([(Tensor.From(1f, float.NaN, 1), weight)]);
        Assert.Equal([false, true, false], weight.Value.ToArray<float>().Select(float.IsNaN));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bowl_is_descended(string name)
    {
        Variable weight = new(Tensor.From(1f, -2, 3), "w");
        Optimizer optimizer = Optimizer.Registry.Create(name);
        optimizer.LearningRate = name == nameof(Adadelta) ? 50 : 0.1;
        double before = weight.Value.Square().Sum().ToDouble();
        for (int step = 0; step < 100; step++)
            optimizer.Apply([(weight.Value * 2, weight)]);
        Assert.InRange(weight.Value.Square().Sum().ToDouble(), 0, before / 4);
    }

    [Fact]
    public void Frozen_variables_are_left_alone()
    {
        Variable frozen = new(Tensor.From(1f), "frozen", trainable: false), counter = new(Tensor.From(7), "counter", trainable: false);
        Variable weight = new(Tensor.From(1f), "w");
        AdamW optimizer = new();
        optimizer.Apply([(Tensor.From(1f), frozen), (Tensor.From(1), counter), (Tensor.From(1f), weight)]);
        Assert.Equal(1, frozen.Value.ToDouble());
        Assert.Equal(["iterations", "learning_rate", "0/w/momentum", "0/w/velocity"], optimizer.State.Select(variable => variable.Name));
        // Thawed, it gets its own memory.
        frozen.Trainable = true;
        optimizer.Apply([(Tensor.From(1f), frozen)]);
        Assert.True(frozen.Value.ToDouble() < 1);
        Assert.Equal("1/frozen/velocity", optimizer.State[^1].Name);
    }

    [Fact]
    public void A_global_norm_is_taken_over_all_gradients()
    {
        Variable a = new(Tensor.Zeros([2]), "a"), b = new(Tensor.Zeros([1]), "b");
        SGD optimizer = new(1) { GlobalClipNorm = 1 };
        optimizer.Apply([(Tensor.From(3f, 0), a), (Tensor.From(4f), b)]);
        Near.Equal([-0.6, 0], a.Value, 1e-6);
        Near.Equal([-0.8], b.Value, 1e-6);
        // Each for itself:
        optimizer = new(1) { ClipNorm = 1 };
        optimizer.Apply([(Tensor.From(3f, 0), a), (Tensor.From(4f), b)]);
        Near.Equal([-1.6, 0], a.Value, 1e-6);
        Near.Equal([-1.8], b.Value, 1e-6);
        optimizer = new(1) { GlobalClipNorm = 1 };
        optimizer.Apply([(Tensor.From(float.PositiveInfinity, 0), a), (Tensor.From(4f), b)]);
        Assert.True(float.IsNaN(b.Value.Item<float>()));
    }

    // Squares of Float32 numbers from 1.9e19 on are infinite.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_whose_squares_overflow_are_clipped(bool together)
    {
        Variable weight = new(Tensor.Zeros([2]), "weight");
        SGD optimizer = together ? new(1) { GlobalClipNorm = 1 } : new(1) { ClipNorm = 1 };
        optimizer.Apply([(Tensor.From(3e20f, 4e20f), weight)]);
        Near.Equal([-0.6, -0.8], weight.Value, 1e-6);
    }

    // w is (1, 2) 0.95 after decay, and (3, 4) is clipped to (0.6, 0.8), or to (0.3, 0.3).
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_optimizer_in_tensor_operations_decays_and_clips(bool compiled)
    {
        foreach ((Optimizer optimizer, double[] expected) in ((Optimizer, double[])[])[
            (new Descent { GlobalClipNorm = 1 }, [0.95 - 0.06, 1.9 - 0.08]), (new Descent { ClipNorm = 1 }, [0.95 - 0.06, 1.9 - 0.08]),
            (new Descent { ClipValue = 0.3 }, [0.95 - 0.03, 1.9 - 0.03]), (new SGD(0.1) { GlobalClipNorm = 1 }, [0.95 - 0.06, 1.9 - 0.08])])
        {
            optimizer.WeightDecay = 0.5;
            Variable weight = new(Tensor.From(1f, 2), "weight");
            Tensor[] Step(IReadOnlyList<Tensor> inputs)
            {
                optimizer.Apply([(inputs[0], weight)]);
                return [];
            }

            if (compiled)
                Function.Compile(Step).Call(Tensor.From(3f, 4));
            else
                Step([Tensor.From(3f, 4)]);
            Near.Equal(expected, weight.Value, 1e-6);
        }
    }

    [Fact]
    public void At_most_one_clipping_may_be_set()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new Adam { ClipNorm = 1, ClipValue = 2 });
        Assert.Equal("Received ClipValue = 2; another of ClipValue, ClipNorm and GlobalClipNorm is already set, and only one may be set. Set the other to null.", exception.Message);
        Assert.Throws<ArgumentException>(() => new Adam { GlobalClipNorm = 1, ClipNorm = 2 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { ClipNorm = 0 });
        Assert.Equal(2, new Adam { ClipNorm = null, ClipValue = 2 }.ClipValue);
    }

    [Fact]
    public void Weight_decay_spares_what_is_excluded()
    {
        Variable[] weights = [new(Tensor.Ones([3]), "kernel"), new(Tensor.Ones([3]), "bias"), new(Tensor.Ones([3]), "scale")];
        Optimizer optimizer = new SGD(0.5) { WeightDecay = 0.1 };
        optimizer.ExcludeFromWeightDecay(["bias"]);
        optimizer = Optimizer.Registry.Deserialize(Optimizer.Registry.Serialize(optimizer));
        optimizer.ExcludeFromWeightDecay([weights[2]]);
        optimizer.Apply([.. weights.Select(weight => (Tensor.Zeros([3]), weight))]);
        Assert.Equal([0.95f, 1, 1], weights.Select(weight => weight.Value.ToArray<float>()[0]));
    }

    [Fact]
    public void Misfits_are_told_before_anything_changes()
    {
        Variable a = new(Tensor.Zeros([2]), "a"), b = new(Tensor.Zeros([3]), "b");
        ShapeException shape = Assert.Throws<ShapeException>(() => new Adam().Apply([(Tensor.Ones([2]), a), (Tensor.Ones([2]), b)]));
        Assert.Equal("The gradient for 'b' has shape (2,); it must have the variable's shape (3,).", shape.Message);
        Assert.Equal(0, a.Value.Sum().ToDouble());
        DTypeException type = Assert.Throws<DTypeException>(() => new Adam().Apply([(Tensor.Ones([2], DType.Float64), a)]));
        Assert.Equal("The gradient for 'a' holds Float64; the variable holds Float32. Cast it first.", type.Message);
        ArgumentException twice = Assert.Throws<ArgumentException>(() => new Adam().Apply([(Tensor.Ones([3]), b), (Tensor.Ones([2]), a), (Tensor.Ones([2]), a)]));
        Assert.StartsWith("Received two gradients for the variable 'a'; expected one for each variable. If they come from two losses, add them first.", twice.Message, StringComparison.Ordinal);
        Assert.Equal(0, a.Value.Sum().ToDouble() + b.Value.Sum().ToDouble());
        type = Assert.Throws<DTypeException>(() => new Adam().Build([new Variable(Tensor.From(1), "steps")]));
        Assert.Equal("The variable 'steps' holds Int32; only Float32 and Float64 are trained. Set Trainable = false.", type.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(momentum: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: 1));
    }

    [Fact]
    public void Gradients_may_be_views()
    {
        Variable weight = new(Tensor.Zeros([2, 3]), "w");
        new SGD(1).Apply([(Tensor.From(new[,] { { 1f, 2 }, { 3, 4 }, { 5, 6 } }).Transpose(), weight)]);
        Assert.Equal([-1f, -3, -5, -2, -4, -6], weight.Value.ToArray<float>());
        new SGD(1).Apply([(Tensor.Scalar(1f).BroadcastTo([2, 3]), weight)]);
        Assert.Equal([-2f, -4, -6, -3, -5, -7], weight.Value.ToArray<float>());
    }

    [Fact]
    public void Gradients_and_variables_come_in_two_lists_of_one_length()
    {
        Variable a = new(Tensor.From(1f), "a"), b = new(Tensor.From(2f), "b");
        SGD optimizer = new(1);
        optimizer.Apply([Tensor.From(0.5f), Tensor.From(3f)], [a, b]);
        Assert.Equal((0.5f, -1f), (a.Item<float>(), b.Item<float>()));
        ArgumentException exception = Assert.Throws<ArgumentException>(() => optimizer.Apply([Tensor.From(1f)], [a, b]));
        Assert.StartsWith("Received 1 gradients for 2 variables; expected one for each variable, in the same order.", exception.Message, StringComparison.Ordinal);
        Assert.Equal((0.5f, -1f, 1L), (a.Item<float>(), b.Item<float>(), optimizer.Iterations));
    }

    private static Variable[] Weights() =>
        [new(new RandomKey(1).Normal([33, 7]), "kernel"), new(new RandomKey(2).Normal([7], dtype: DType.Float64), "bias")];

    private static void Run(Optimizer optimizer, Variable[] weights, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            optimizer.Apply([.. weights.Select((weight, i) =>
                (new RandomKey((ulong)i).Fold((ulong)step).Normal(weight.Shape, dtype: weight.DType), weight))]);
        }
    }

    private sealed class Descent() : Optimizer(0.1)
    {
        protected override IReadOnlyList<(string Name, double Start)> Slots => [];

        protected override void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars) =>
            variable.Assign(Decayed(variable, scalars) - (scalars.At(3).Cast(variable.DType) * Clipped(gradient, scalars)));
    }
}
