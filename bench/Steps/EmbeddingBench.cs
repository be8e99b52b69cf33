using System.Globalization;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Bench.Steps;

/// <summary>Times a training step of a large embedding: Adam, which changes the whole table, and lazy Adam, which changes the rows looked up.</summary>
internal static class EmbeddingBench
{
    private const int Rows = 1_000_000, Width = 64, Ids = 4096;

    public static int Run(Options options)
    {
        double dense = Measure("dense", lazy: false, options.Seconds), sparse = Measure("rows alone", lazy: true, options.Seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"dense / rows alone: {dense / sparse:F0}"));
        return 0;
    }

    private static double Measure(string name, bool lazy, double seconds)
    {
        Variable table = new(new RandomKey(1).Uniform([Rows, Width]), "table");
        Adam optimizer = new(lazy: lazy);
        CompiledFunction step = Function.Compile(inputs =>
        {
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => table.Value.Gather(inputs[0]).Square().Mean(), [table]);
            optimizer.Apply([(gradients[0], table)]);
            return [loss];
        });
        Tensor ids = (new RandomKey(2).Uniform([Ids]) * Rows).Cast(DType.Int32);
        List<double> times = StepBench.Times(() => step.Call(ids), seconds, out _);
        double median = times[times.Count / 2];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: table ({Rows}, {Width}), {Ids} ids: median {median:F3} ms, best {times[0]:F3} ms of {times.Count} steps on {Engine.Threads} threads; plan {step.Plan(ids.Spec).Bytes:N0} bytes"));
        foreach (OperationTiming timing in step.Profile([ids], calls: 5).Where(timing => timing.Milliseconds > 0.05 * median))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {timing.Name,-24}{timing.Milliseconds,10:F3} ms"));
        return median;
    }
}
