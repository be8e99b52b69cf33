using Laminet.Formats.Watching;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.KillTest;

/// <summary>A small training whose every batch is written for TensorBoard and for Weights &amp; Biases, resumable from its directory.</summary>
internal static class WatchedWorker
{
    /// <summary>Trains, going on from where a killed run left off, and gives a digest of all it ended in.</summary>
    public static string Run(string directory)
    {
        Tensor x = new RandomKey(7).Normal([128, 8]);
        Sequential model = new(seed: 3, new Input([8]), new Dense(16, "relu"), new Dense(3, "softmax"));
        model.Compile(new Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"]);
        model.Fit(
            x, x.Slice(0, 3, axis: 1).ArgMax(1).Cast(DType.Int32), batchSize: 8, epochs: 20,
            callbacks:
            [
                new TensorBoard(Path.Combine(directory, "logs"), histogramFrequency: 1, updateFrequency: "batch"),
                new WandbOffline("killed", directory: directory, updateFrequency: "batch"),
                new BackupAndRestore(Path.Combine(directory, "training.checkpoint"), saveFrequency: 3),
            ]);
        using Digest digest = new();
        digest.Add(model.Weights.Concat(model.Optimizer!.State));
        return digest.ToString();
    }
}
