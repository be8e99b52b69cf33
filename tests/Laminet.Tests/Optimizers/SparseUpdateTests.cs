using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Verification;

namespace Laminet.Tests.Optimizers;

/// <summary>Compiled steps that change only the rows of a table that were looked up: the bits of dense steps, which eager ones are.</summary>
[Collection("Engine settings")]
public sealed class SparseUpdateTests
{
    private const int Rows = 40;

    public static TheoryData<string> Sparse => ["SGD", "Adagrad", "Adagrad from nothing", "lazy Adam", "lazy Amsgrad", "lazy Adam without decay of the table"];

    public static TheoryData<string> Dense => ["Adam", "momentum", "RMSprop", "decay", "ClipValue", "ClipNorm", "GlobalClipNorm"];

    [Theory]
    [MemberData(nameof(Sparse))]
    public void Steps_have_the_bits_of_dense_ones(string optimizer)
    {
        foreach (DType type in (DType[])[DType.Float32, DType.Float64])
        {
            // Edges of vectors, and rows of several tiles.
            foreach (int width in (int[])[1, 5, 64, 2051])
            {
                Training eager = new(optimizer, width, type), compiled = new(optimizer, width, type);
                Assert.True(compiled.IsSparse(OneLookup));
                AssertSame(eager.Run(OneLookup, steps: 3, isCompiled: false), compiled.Run(OneLookup, steps: 3));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sparse))]
    public void Several_look_ups_of_one_table_are_added_as_dense_gradients_are(string optimizer)
    {
        Training eager = new(optimizer, 7), compiled = new(optimizer, 7);
        Assert.True(compiled.IsSparse(ThreeLookups));
        AssertSame(eager.Run(ThreeLookups, steps: 4, isCompiled: false), compiled.Run(ThreeLookups, steps: 4));
    }

    [Theory]
    [MemberData(nameof(Dense))]
    public void A_rule_or_clipping_that_moves_other_rows_stays_dense(string optimizer)
    {
        Training eager = new(optimizer, 5), compiled = new(optimizer, 5);
        Assert.False(compiled.IsSparse(OneLookup));
        AssertSame(eager.Run(OneLookup, steps: 3, isCompiled: false), compiled.Run(OneLookup, steps: 3));
    }

    [Fact]
    public void A_table_that_is_read_otherwise_too_stays_dense()
    {
        static Tensor Tied(Variable table, Tensor ids) => table.Value.Gather(ids).MatMul(table.Value, transposeOther: true).Square().Mean();
        Training eager = new("lazy Adam", 5), compiled = new("lazy Adam", 5);
        Assert.False(compiled.IsSparse(Tied));
        AssertSame(eager.Run(Tied, steps: 3, isCompiled: false), compiled.Run(Tied, steps: 3));
    }

    [Fact]
    public void What_was_read_before_a_step_keeps_its_numbers_and_the_step_its_bits()
    {
        Training free = new("lazy Adam", 9), held = new("lazy Adam", 9);
        free.Run(OneLookup, steps: 2);
        List<(Tensor Value, long[] Numbers)> read = [];
        held.Run(OneLookup, steps: 2, before: () => read.AddRange(held.State.Select(variable => (variable.Value, BitsOf(variable.Value)))));
        AssertSame(free.State.Select(variable => BitsOf(variable.Value)), held.State.Select(variable => BitsOf(variable.Value)));
        Assert.All(read, pair => Assert.Equal(pair.Numbers, BitsOf(pair.Value)));
    }

    [Fact]
    public void Threads_do_not_change_the_bits()
    {
        int threads = Engine.Threads;
        try
        {
            List<IReadOnlyList<long[]>> results = [];
            foreach (int count in (int[])[1, 3])
            {
                Engine.Threads = count;
                // Several tasks of many duplicates, which lie across their borders.
                Tensor many = Tensor.From<int>([.. Enumerable.Range(0, 1000).Select(i => i * i * 7 % Rows)]);
                results.Add(new Training("Adagrad", 512).Run((table, ids) => OneLookup(table, ids) + OneLookup(table, many), steps: 2));
            }

            AssertSame(results[0], results[1]);
        }
        finally
        {
            Engine.Threads = threads;
        }
    }

    [Fact]
    public void The_plan_has_no_buffer_of_the_tables_size_and_copies_no_table()
    {
        foreach (string optimizer in (string[])["SGD", "Adagrad", "lazy Adam"])
        {
            Training training = new(optimizer, 64, rows: 10_000);
            CompiledProgram program = new(Compiler.Optimize(training.Graph(OneLookup)));
            Assert.Equal(0, program.Successions.Copied);
            Assert.InRange(program.Plan.Bytes, 1, 10_000);
        }
    }

    [Fact]
    public void A_step_with_an_index_outside_changes_nothing()
    {
        Training training = new("lazy Adam", 5, rows: 20);
        IReadOnlyList<long[]> before = [.. training.State.Select(variable => BitsOf(variable.Value))];
        Assert.Contains("received index", Assert.Throws<ArgumentOutOfRangeException>(() => training.Run(OneLookup, steps: 1)).Message, StringComparison.Ordinal);
        AssertSame(before, training.State.Select(variable => BitsOf(variable.Value)));
    }

    // Row 1 has the gradients 1 and 3, and the accumulator is their sum's square: 4 / sqrt(16). The other rows would move by 0 / 0.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_of_a_row_looked_up_twice_are_summed_before_the_step(bool isCompiled)
    {
        Variable table = new(Tensor.Zeros([3, 1]), "table");
        Adagrad optimizer = new(learningRate: 1, initialAccumulatorValue: 0, epsilon: 0);
        Tensor weights = Tensor.From(1f, 3).ExpandDims(-1);
        IReadOnlyList<Tensor> Step(IReadOnlyList<Tensor> inputs)
        {
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => (table.Value.Gather(inputs[0]) * weights).Sum(), [table]);
            optimizer.Apply([(gradients[0], table)]);
            return [loss];
        }

        Tensor ids = Tensor.From(1, 1);
        _ = isCompiled ? Function.Compile(Step).Call(ids) : Step([ids]);
        Assert.Equal([0f, -1, 0], table.Value.ToArray<float>());
    }

    // Dense Adam moves it on to -0.167 and -0.219.
    [Fact]
    public void A_row_that_was_looked_up_once_stays_where_lazy_Adam_put_it()
    {
        Variable table = new(Tensor.Zeros([2, 1], DType.Float64), "table");
        Adam optimizer = new(0.1, lazy: true);
        foreach (int row in new[] { 1, 0, 0 })
        {
            Tensor gradient = Gradient.ValueAndGradients(() => table.Value.Gather(Tensor.From(row)).Sum(), [table]).Gradients[0];
            optimizer.Apply([(gradient, table)]);
            Near.Equal(-0.09999968, table.Value.At(1).ToDouble(), 1e-7);
        }
    }

    private static Tensor OneLookup(Variable table, Tensor ids)
    {
        Tensor rows = table.Value.Gather(ids);
        return (rows.Square() - rows).Mean();
    }

    // Ids of two axes and another type, one row alone, and ids that the first two have as well.
    private static Tensor ThreeLookups(Variable table, Tensor ids)
    {
        Tensor first = table.Value.Gather(ids), second = table.Value.Gather((ids + 1).Reshape([3, 4]).Cast(DType.Int64)), third = table.Value.Gather(ids.Slice(0, 1));
        return first.Square().Mean() + (second * 0.3).Sin().Sum() - third.Sum();
    }

    private static void AssertSame(IEnumerable<long[]> expected, IEnumerable<long[]> received)
    {
        foreach ((long[] wanted, long[] given) in expected.Zip(received))
            Assert.Equal(wanted, given);
    }

    private static long[] BitsOf(Tensor tensor) => tensor.DType == DType.Float64
        ? Array.ConvertAll(tensor.ToArray<double>(), BitConverter.DoubleToInt64Bits)
        : Array.ConvertAll(tensor.ToArray<float>(), number => (long)BitConverter.SingleToInt32Bits(number));

    /// <summary>A table, an optimizer, and steps on other ids each, some of them twice.</summary>
    private sealed class Training
    {
        private readonly Variable table;
        private readonly Optimizer optimizer;

        public Training(string name, int width, DType type = DType.Float32, int rows = Rows)
        {
            table = new Variable(new RandomKey(1).Normal([rows, width], dtype: type), "table");
            optimizer = Optimizer(name, table);
            optimizer.Build([table]);
        }

        /// <summary>The table and what the optimizer remembers of it.</summary>
        public IReadOnlyList<Variable> State => [table, .. optimizer.SlotsByVariable[table]];

        public Graph Graph(Func<Variable, Tensor, Tensor> loss) => Tracer.Trace([IdsAt(0).Spec], inputs => Step(inputs[0], loss));

        public bool IsSparse(Func<Variable, Tensor, Tensor> loss) => Compiler.Optimize(Graph(loss)).Operations.Any(operation => operation.Primitive is SparseUpdate);

        public IReadOnlyList<long[]> Run(Func<Variable, Tensor, Tensor> loss, int steps, bool isCompiled = true, Action? before = null)
        {
            CompiledFunction compiled = Function.Compile(inputs => Step(inputs[0], loss));
            for (int step = 0; step < steps; step++)
            {
                before?.Invoke();
                _ = isCompiled ? compiled.Call(IdsAt(step)) : Step(IdsAt(step), loss);
            }

            return [.. State.Select(variable => BitsOf(variable.Value))];
        }

        private IReadOnlyList<Tensor> Step(Tensor ids, Func<Variable, Tensor, Tensor> loss)
        {
            (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => loss(table, ids), [table]);
            optimizer.Apply([(gradients[0], table)]);
            return [value];
        }

        private static Tensor IdsAt(int step) => Tensor.From(3, 30, 3, 0, 17, 30, 3, 5, 0, 1, 38, 17) - Tensor.Scalar(step % 2, DType.Int32) * Tensor.From(0, 1, 0, 0, 1, 1, 0, 3, 0, 0, 7, 1);

        private static Optimizer Optimizer(string name, Variable table)
        {
            switch (name)
            {
                case "SGD": return new SGD(0.1);
                case "Adagrad": return new Adagrad(0.1);
                case "Adagrad from nothing": return new Adagrad(0.1, initialAccumulatorValue: 0, epsilon: 0);
                case "lazy Adam": return new Adam(0.1, lazy: true);
                case "lazy Amsgrad": return new Adam(0.1, amsgrad: true, lazy: true);
                case "lazy Adam without decay of the table":
                    Adam without = new(0.1, lazy: true) { WeightDecay = 0.1 };
                    without.ExcludeFromWeightDecay([table]);
                    return without;
                case "Adam": return new Adam(0.1);
                case "momentum": return new SGD(0.1, momentum: 0.9);
                case "RMSprop": return new RMSprop(0.1);
                case "decay": return new Adam(0.1, lazy: true) { WeightDecay = 0.1 };
                case "ClipValue": return new Adam(0.1, lazy: true) { ClipValue = 0.01 };
                case "ClipNorm": return new Adam(0.1, lazy: true) { ClipNorm = 0.01 };
                default: return new Adam(0.1, lazy: true) { GlobalClipNorm = 0.01 };
            }
        }
    }
}
