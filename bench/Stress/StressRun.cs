using System.Globalization;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Bench.Stress;

/// <summary>
/// Threads that predict, in every way there is, while two models are trained that share a layer; what they saw is counted. The models'
/// numbers say of which step they are, so that a mixture of steps, an older step after a newer one, and a lost step all show.
/// </summary>
internal sealed class StressRun : IDisposable
{
    private const int Readers = 4;
    private const int Batch = 4;

    // Beyond the seconds of the run, for threads to end; who has not ended by then never will.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Twins shared = new(), own = new();
    private readonly Model plain, inParts;
    private readonly CancellationTokenSource end = new();
    private readonly List<string> failures = [];
    private long predictions, calls, readings, mixed, older, overwritten;

    private StressRun()
    {
        Input input = new([1]);
        SymbolicTensor output = shared.Call(input);
        plain = Compiled(new Model(input, output));
        inParts = Compiled(new Model(input, new Add().Call([output, own.Call(input)])));
    }

    /// <summary>Runs for some seconds. The text says how much was done; the list what went wrong.</summary>
    public static (string Text, IReadOnlyList<string> Faults) For(double seconds)
    {
        using StressRun run = new();
        return run.Run(seconds);
    }

    public void Dispose() => end.Dispose();

    private (string Text, IReadOnlyList<string> Faults) Run(double seconds)
    {
        // The second model goes through each batch in two parts.
        long budget = inParts.Plan(Batch / 2).TrainingBytes!.Value + inParts.Plan(1).WeightBytes;
        if (budget >= inParts.Plan(Batch).TrainingBytes)
            throw new InvalidOperationException("The whole batch fits into the budget.");
        plain.PredictOnBatch(Ones(1));
        inParts.PredictOnBatch(Ones(1));
        Thread[] threads =
        [
            Started("Fit", () => Fit(plain, null)), Started("Fit in parts", () => Fit(inParts, budget)),
            .. Enumerable.Range(0, Readers).Select(number => Started($"reader {number}", Read)),
        ];
        end.CancelAfter(TimeSpan.FromSeconds(seconds));
        DateTime latest = DateTime.UtcNow + TimeSpan.FromSeconds(seconds) + Patience;
        foreach (Thread thread in threads)
        {
            if (!thread.Join(TimeSpan.FromTicks(Math.Max(0, (latest - DateTime.UtcNow).Ticks))))
                return ("", [$"deadlock: '{thread.Name}' did not end"]);
        }

        (long first, long second) = (plain.Optimizer!.Iterations, inParts.Optimizer!.Iterations);
        long lost = Lost(shared, first + second) + Lost(own, second);
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{first:N0} + {second:N0} training steps, {predictions:N0} predictions, {calls:N0} eager calls, {readings:N0} readings of weights: "
            + $"{mixed:N0} mixed or torn, {older:N0} older than one before, {overwritten:N0} overwritten after reading, {lost:N0} lost steps, {failures.Count:N0} exceptions");
        if (mixed + older + overwritten + lost > 0)
            failures.Add(text);
        return (text, failures);
    }

    private static Model Compiled(Model model)
    {
        model.Compile(new SGD(Twins.Rate), new MeanAbsoluteError());
        return model;
    }

    private static Tensor Ones(int examples) => Tensor.Ones([examples, 1]);

    private void Fit(Model model, long? budget) =>
        model.Fit(Ones(100 * Batch), Tensor.Full([100 * Batch, 2 * Twins.Length], -1e6), Batch, int.MaxValue, memoryBudget: budget, cancellationToken: end.Token);

    private void Read()
    {
        Tensor[] batches = [Ones(1), Ones(2), Ones(3), Ones(5), Ones(7)];
        float[] room = new float[7 * 2 * Twins.Length];
        float latest = 0, latestInParts = 0, latestWeight = 0, heldNumber = 0;
        Tensor? held = null;
        while (!end.IsCancellationRequested)
        {
            Check(plain.PredictOnBatch(batches[0]).ToArray<float>(), ref latest);
            plain.PredictOnBatch<float>(batches[4], room);
            Check(room, ref latest);
            // Batches of two may be of different steps.
            Tensor several = plain.Predict(batches[3], batchSize: 2);
            for (int start = 0; start < 5; start += 2)
                Check(several.Slice(start, Math.Min(5, start + 2)).ToArray<float>(), ref latest);
            Check(inParts.PredictOnBatch(batches[1]).ToArray<float>(), ref latestInParts);
            Interlocked.Add(ref predictions, 4);
            Check(plain.Call(batches[2]).ToArray<float>(), ref latest);
            Check(inParts.Call(batches[2]).ToArray<float>(), ref latestInParts);
            Interlocked.Add(ref calls, 2);
            if (held is not null && held.ToArray<float>().Any(number => number != heldNumber))
                Interlocked.Increment(ref overwritten);
            held = shared.Second.Value;
            Check(held.ToArray<float>(), ref latestWeight);
            heldNumber = latestWeight;
            Interlocked.Increment(ref readings);
        }
    }

    private void Check(ReadOnlySpan<float> numbers, ref float latest)
    {
        if (numbers.ContainsAnyExcept(numbers[0]))
            Interlocked.Increment(ref mixed);
        if (numbers[0] > latest)
            Interlocked.Increment(ref older);
        latest = numbers[0];
    }

    private static long Lost(Twins twins, long steps) =>
        twins.First.Value.ToArray<float>().Concat(twins.Second.Value.ToArray<float>()).Max(number => Math.Abs(steps + (long)(number / Twins.Step)));

    private Thread Started(string name, Action work)
    {
        Thread thread = new(() =>
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // Whatever it is, it is what this run looks for.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                lock (failures)
                    failures.Add($"{name}: {exception}");
                end.Cancel();
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }
}
