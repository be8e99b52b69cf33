using System.Globalization;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Zoo.Tasks;

namespace Laminet.Bench.Steps;

/// <summary>Steps of contrastive divergence (784 visible, 1,000 hidden units), against the time that their five products take at the machine's peak: three passes between the layers, two outer products.</summary>
internal static class BoltzmannBench
{
    private const int Examples = 60_000, Visible = 784, Hidden = 1000;

    public static int Run(Options options)
    {
        foreach (int batch in (int[])[100, 250, 500])
        {
            Tensor images = new RandomKey(1).Bernoulli([batch, Visible], 0.13).Cast(DType.Float32);
            ContrastiveDivergence training = new(new RestrictedBoltzmannMachine(Visible, Hidden, seed: 1), new SGD(0.05, momentum: 0.5));
            // Before and after, since the machine is faster at one time than at another.
            double peak = Engine.MeasurePeak();
            List<double> times = StepBench.Times(() => training.TrainOnBatch(images), options.Seconds, out _);
            peak = Math.Max(peak, Engine.MeasurePeak());
            double products = 5 * 2.0 * batch * Visible * Hidden / (peak * 1e6), median = times[times.Count / 2];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"batch {batch}: median {median:F2} ms, best {times[0]:F2} ms of {times.Count}; five products at the peak of {peak:F0} GFLOP/s {products:F2} ms: {median / products:F2} times, at best {times[0] / products:F2}; an epoch of {Examples} images {median * Examples / batch / 1000:F2} s"));
        }

        return 0;
    }
}
