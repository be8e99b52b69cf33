using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.KillTest;

/// <summary>A small training with everything that remembers something, resumable from its directory.</summary>
internal static class FitWorker
{
    /// <summary>Trains, going on from where a killed run left off, and gives a digest of all it ended in.</summary>
    public static string Run(string directory)
    {
        RandomKey key = new(7);
        Tensor x = key.Fold(0).Normal([240, 8, 8, 1]);
        // Whether the left half is brighter than the right, and the upper than the lower: four classes a small net can learn.
        Tensor leftRight = (x.Slice(0, 4, axis: 2).Sum([1, 2, 3]) - x.Slice(4, 8, axis: 2).Sum([1, 2, 3])).Greater(0).Cast(DType.Int32);
        Tensor upDown = (x.Slice(0, 4, axis: 1).Sum([1, 2, 3]) - x.Slice(4, 8, axis: 1).Sum([1, 2, 3])).Greater(0).Cast(DType.Int32);
        string log = Path.Combine(directory, "log.csv");
        Sequential model = new(
            seed: 3, new Input([8, 8, 1]), new Conv2D(4, 3, activation: "relu"), new BatchNormalization(), new MaxPooling2D(),
            new Flatten(), new Dropout(0.3), new Dense(4, "softmax"));
        model.Compile(new Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"]);
        History history = model.Fit(
            x, leftRight + (upDown * 2), batchSize: 16, epochs: 12, validationSplit: 0.2,
            callbacks:
            [
                new CSVLogger(log),
                // First on purpose: it must see what those after it remember.
                new BackupAndRestore(Path.Combine(directory, "training.checkpoint"), saveFrequency: 3),
                new EarlyStopping(patience: 3, restoreBestWeights: true),
                new ReduceLROnPlateau(factor: 0.5, patience: 1),
            ]);
        using Digest digest = new();
        digest.Add(model.Weights.Concat(model.Optimizer!.State));
        foreach ((string name, double value) in history.Epochs.SelectMany(epoch => epoch))
            digest.Add(name, value);
        digest.Add(File.ReadAllBytes(log));
        return digest.ToString();
    }
}
