using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Bench.Stress;

/// <summary>Models whose first prediction is asked for by several threads at once, so that they build, draw and compile at once.</summary>
internal static class ColdStarts
{
    private const int Threads = 8;

    /// <summary>Starts some models; what differs from a model that one thread starts.</summary>
    public static IReadOnlyList<string> Run(int models)
    {
        List<string> faults = [];
        for (ulong seed = 0; seed < (ulong)models; seed++)
        {
            Tensor x = new RandomKey(seed).Normal([5, 6]);
            float[] expected = Fresh(seed).Predict(x).ToArray<float>();
            Sequential model = Fresh(seed);
            using Barrier start = new(Threads);
            Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    float[] received = (number % 3) switch
                    {
                        0 => model.Predict(x, batchSize: 3).ToArray<float>(),
                        1 => model.PredictOnBatch(x).ToArray<float>(),
                        _ => model.Call(x).ToArray<float>(),
                    };
                    if (!received.AsSpan().SequenceEqual(expected))
                        Note($"model {seed}, thread {number}: other numbers than alone");
                }
#pragma warning disable CA1031 // Whatever it is, it is what this run looks for.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    Note($"model {seed}, thread {number}: {exception}");
                }
            })
            { IsBackground = true })];
            Array.ForEach(threads, thread => thread.Start());
            if (!threads.All(thread => thread.Join(TimeSpan.FromSeconds(60))))
                return [.. faults, $"model {seed}: deadlock"];
            if (model.Weights.Count != 4)
                Note($"model {seed}: {model.Weights.Count} weights instead of 4");
        }

        return faults;

        void Note(string fault)
        {
            lock (faults)
                faults.Add(fault);
        }
    }

    // It waits for its input's shape.
    private static Sequential Fresh(ulong seed) => new(seed, new Dense(16, "relu"), new Dense(3));
}
