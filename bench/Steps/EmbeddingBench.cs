using System.Diagnostics;
using System.Globalization;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Bench.Steps;

/// <summary>Times a training step of a large embedding: Adam, which changes the whole table, and lazy Adam, which changes the rows looked up.</summary>
internal static class EmbeddingBench
{
    private const int Rows = 1_000_000, Width = 64, Ids = 4096, Batches = 64, SparsePerDense = 16;

    // Other ids each step, as in training: the rows of one batch alone would stay in the caches.
    private static readonly Tensor[] Lookups = [.. Enumerable.Range(0, Batches).Select(batch => (new RandomKey(2).Fold((ulong)batch).Uniform([Ids]) * Rows).Cast(DType.Int32))];

    public static int Run(Options options)
    {
        Way dense = new("dense", lazy: false), sparse = new("rows alone", lazy: true);
        // In alternation, since the machine is faster at one time than at another.
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 2 * options.Seconds || dense.Count < 3)
        {
            dense.Time();
            for (int i = 0; i < SparsePerDense; i++)
                sparse.Time();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Table ({Rows}, {Width}), {Ids} ids, {Engine.Threads} threads"));
        dense.Print();
        sparse.Print();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"dense / rows alone: medians {dense.Median / sparse.Median:F0}, bests {dense.Best / sparse.Best:F0}"));
        return 0;
    }

    // A table and its optimizer.
    private sealed class Way
    {
        private readonly string name;
        private readonly CompiledFunction step;
        private readonly List<double> times = [];
        private int calls;

        public Way(string name, bool lazy)
        {
            this.name = name;
            Variable table = new(new RandomKey(1).Uniform([Rows, Width]), "table");
            Adam optimizer = new(lazy: lazy);
            step = Function.Compile(inputs =>
            {
                (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => table.Value.Gather(inputs[0]).Square().Mean(), [table]);
                optimizer.Apply([(gradients[0], table)]);
                return [loss];
            });
            for (int i = 0; i < 20; i++)
                Time();
            times.Clear();
        }

        public int Count => times.Count;

        public double Median => times.Order().ElementAt(Count / 2);

        public double Best => times.Min();

        public void Time()
        {
            Tensor ids = Lookups[calls++ % Batches];
            long start = Stopwatch.GetTimestamp();
            step.Call(ids);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        public void Print()
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: median {Median:F3} ms, best {Best:F3} ms of {Count} steps; plan {step.Plan(Lookups[0].Spec).Bytes:N0} bytes"));
            foreach (OperationTiming timing in step.Profile([Lookups[0]], calls: 5).Where(timing => timing.Milliseconds > 0.05 * Median))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {timing.Name,-24}{timing.Milliseconds,10:F3} ms"));
        }
    }
}
