using System.Globalization;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

namespace Laminet.Bench.Steps;

/// <summary>A training step of a neural Turing machine of the paper's size on the copy task; bench/peers/ntm.cs does the same in TorchSharp.</summary>
internal static class TuringBench
{
    private const int Length = 10;

    public static int Run(Options options)
    {
        foreach (int batch in (ReadOnlySpan<int>)[1, 16, 32])
        {
            CopyTask task = new(seed: 1, multiple: 1);
            Sequential model = new(seed: 1, new Input([null, task.Inputs]), new RNN(new NTMCell(units: 100), returnSequences: true), new Dense(task.Outputs));
            model.Compile(new Adam(1e-3) { GlobalClipNorm = 1 }, new BinaryCrossentropy(fromLogits: true, reduction: LossReduction.MeanWithSampleWeight));
            SequenceBatch sequences = task.Draw(batch, Length);
            List<double> times = StepBench.Times(() => model.TrainOnBatch(sequences.Inputs, sequences.Targets, sequences.Weights), options.Seconds, out long allocated);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"neural Turing machine, copy of {Length} vectors, batch {batch,2}: median {times[times.Count / 2],7:F2} ms, best {times[0],7:F2} ms of {times.Count}; {allocated} managed bytes a step; {Engine.Threads} threads"));
        }

        return 0;
    }
}
