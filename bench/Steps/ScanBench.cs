using System.Diagnostics;
using System.Globalization;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Bench.Steps;

/// <summary>
/// An LSTM's loss and gradients by all weights, compiled: as a loop, unrolled, and as a loop over checkpointed segments. The product of the
/// inputs with their weights is one for all steps; that of the state is one a step.
/// </summary>
internal static class ScanBench
{
    private const int Steps = 200, Batch = 64, Inputs = 128, Units = 128, Segment = 10;

    // What the loops read and give: the inputs times their weights and the states, and the gradients by both.
    private const long Around = sizeof(float) * (long)Steps * Batch * Units * (4 + 1 + 4 + 1);

    private static readonly TensorSpec[] Specs =
    [
        new([Steps, Batch, Inputs], DType.Float32), new([Inputs, 4 * Units], DType.Float32), new([Units, 4 * Units], DType.Float32), new([4 * Units], DType.Float32),
    ];

    public static int Run(Options options)
    {
        Tensor[] inputs = [.. Specs.Select((spec, i) => new RandomKey((ulong)i).Normal(spec.Shape, 0, i == 0 ? 1 : 0.05))];
        Way loop = new("loop", all => LoopOf(all, 1), false), unrolled = new("unrolled", all => LoopOf(all, 1), true), segments = new("checkpointed", all => LoopOf(all, Segment), false);
        Way[] ways = [loop, unrolled, segments];
        foreach (Way way in ways)
            way.Start(inputs);
        bool same = loop.First.ToArray<float>().AsSpan().SequenceEqual(unrolled.First.ToArray<float>());
        // In alternation, since the machine is faster at one time than at another.
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 3 * options.Seconds || loop.Count < 3)
        {
            foreach (Way way in ways)
                way.Time(inputs);
        }

        Console.WriteLine($"LSTM: {Steps} steps, batch {Batch}, {Inputs} inputs, {Units} units; {Engine.Threads} threads");
        foreach (Way way in ways)
            Console.WriteLine(way);
        Console.WriteLine(Text($"time: loop / unrolled {loop.Median / unrolled.Median:F3}; compilation: loop / unrolled {loop.Compilation / unrolled.Compilation:F3}; states of both have {(same ? "the same" : "DIFFERENT")} bits"));
        return same ? 0 : 1;
    }

    // All states, then the gradients of a loss.
    private static IReadOnlyList<Tensor> LoopOf(IReadOnlyList<Tensor> all, int segment)
    {
        Tensor? states = null;
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            weights =>
            {
                Tensor projected = all[0].MatMul(weights[0]) + weights[2];
                states = Lstm(projected, weights[1], segment);
                return states.Square().Mean();
            },
            all[1], all[2], all[3]);
        return [states!.Detach(), .. gradients];
    }

    private static Tensor Lstm(Tensor projected, Tensor recurrent, int segment)
    {
        Tensor zeros = Tensor.Zeros([Batch, Units]);
        Bundle<Tensor> state = (zeros, zeros);
        if (segment == 1)
            return Flow.Scan((now, entry) => Cell(now, entry, recurrent), state, projected).Outputs;

        Func<Bundle<Tensor>, Bundle<Tensor>> part = Function.Checkpoint(given =>
        {
            (Bundle<Tensor> end, Bundle<Tensor> outputs) = Flow.Scan((now, entry) => Cell(now, entry, recurrent), (given[0], given[1]), given[2]);
            return (end[0], end[1], outputs.Only);
        });
        (_, Bundle<Tensor> states) = Flow.Scan(
            (now, entry) =>
            {
                Bundle<Tensor> next = part((now[0], now[1], entry.Only));
                return ((next[0], next[1]), next[2]);
            },
            state, projected.Reshape([Steps / segment, segment, Batch, 4 * Units]));
        return states.Only.Reshape([Steps, Batch, Units]);
    }

    private static (Bundle<Tensor> Carry, Bundle<Tensor> Outputs) Cell(Bundle<Tensor> now, Bundle<Tensor> entry, Tensor recurrent)
    {
        Tensor[] gates = (entry.Only + now[0].MatMul(recurrent)).Split(4, -1);
        Tensor cell = (gates[1].Sigmoid() * now[1]) + (gates[0].Sigmoid() * gates[2].Tanh());
        Tensor output = gates[3].Sigmoid() * cell.Tanh();
        return ((output, cell), output);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // One of the ways, compiled.
    private sealed class Way(string name, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function, bool isUnrolled)
    {
        private readonly CompiledFunction step = Function.Compile(function, name);
        private readonly List<double> times = [];
        private long bytes;

        public double Compilation { get; private set; }

        public int Count => times.Count;

        public double Median => times.Order().ElementAt(Count / 2);

        /// <summary>The states that the first call gave.</summary>
        public Tensor First { get; private set; } = null!;

        public void Start(Tensor[] inputs)
        {
            Function.DebugLoops = isUnrolled;
            First = step.Call(inputs)[0];
            // A plan is all of compilation. It has run once, so this is not the time that the runtime compiles the compiler.
            long start = Stopwatch.GetTimestamp();
            bytes = step.Plan(Specs).Bytes;
            Compilation = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Function.DebugLoops = false;
        }

        public void Time(Tensor[] inputs)
        {
            long start = Stopwatch.GetTimestamp();
            step.Call(inputs);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        public override string ToString() => Text($"{name,-14}median {Median,9:F2} ms, best {times.Min(),9:F2} ms of {Count}; compilation {Compilation,7:F0} ms; plan {bytes / 1e6,6:F1} MB, {(bytes - Around) / 1e6,6:F1} residuals and scratch");
    }
}
