using System.Diagnostics;
using System.Globalization;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Zoo.Tasks;

namespace Laminet.Bench.Steps;

/// <summary>An epoch of contrastive divergence on 60,000 images, against the time that its five products take at the machine's peak: three passes between the layers, two outer products.</summary>
internal static class BoltzmannBench
{
    private const int Examples = 60_000, Visible = 784, Hidden = 1000;

    public static int Run(Options options)
    {
        Tensor images = new RandomKey(1).Bernoulli([Examples, Visible], 0.13).Cast(DType.Float32);
        foreach (int batch in (int[])[100, 250, 500])
        {
            ContrastiveDivergence training = new(new RestrictedBoltzmannMachine(Visible, Hidden, seed: 1), new SGD(0.05, momentum: 0.5));
            training.Fit(images.Slice(0, 10 * batch), batch);
            List<double> shares = [];
            long start = Stopwatch.GetTimestamp();
            while (shares.Count == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds)
            {
                // Before and after each epoch, since the machine is faster at one time than at another.
                double peak = Engine.MeasurePeak();
                long begin = Stopwatch.GetTimestamp();
                training.Fit(images, batch);
                double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                peak = (peak + Engine.MeasurePeak()) / 2;
                double least = 5 * 2.0 * Examples * Visible * Hidden / (peak * 1e9);
                shares.Add(seconds / least);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"batch {batch}: epoch {seconds:F2} s, five products at the peak of {peak:F0} GFLOP/s {least:F2} s: {seconds / least:F2} times"));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"batch {batch}: best {shares.Min():F2} times"));
        }

        return 0;
    }
}
