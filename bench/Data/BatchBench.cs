using System.Diagnostics;
using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Bench.Data;

/// <summary>What it costs to hand out batches of 128 from 60,000 images of 28 x 28: the share of a training step that is not training.</summary>
internal static class BatchBench
{
    private const int Examples = 60_000, BatchSize = 128, Epochs = 7;

    public static int Run()
    {
        foreach (DType dtype in new[] { DType.UInt8, DType.Float32 })
        {
            Dataset images = Dataset.FromTensors(Tensor.Ones([Examples, 28, 28, 1], dtype), Tensor.Range(0, Examples));
            Dataset shuffled = images.Shuffle(1).Batch(BatchSize);
            Report($"{dtype}, in order", images.Batch(BatchSize));
            Report($"{dtype}, shuffled", shuffled);
            Report($"{dtype}, shuffled, prefetched", shuffled.Prefetch(2));
            if (dtype == DType.UInt8)
                Report("UInt8, shuffled, scaled to Float32", shuffled.Map(batch => batch.WithX(batch.X.Cast(DType.Float32) / 255)));
        }

        return 0;
    }

    private static void Report(string name, Dataset dataset)
    {
        double best = double.PositiveInfinity;
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            foreach (Batch batch in dataset.Batches(epoch))
                GC.KeepAlive(batch);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Console.WriteLine($"{name,-36} {best / dataset.Count!.Value * 1e6,8:F1} us a batch {Examples / best / 1e6,8:F2} M examples/s");
    }
}
