using System.Text.Json;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Resume;

public sealed class BackupAndRestoreTests : IDisposable
{
    private const int BatchesAnEpoch = 4;
    private const int Epochs = 3;

    private readonly Scratch scratch = new();

    private string Checkpoint => scratch.Path("checkpoint");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Interrupted_after_any_batch_training_ends_in_the_same_bits(bool backupFirst)
    {
        byte[] expected = Train(Models.Compiled(Models.Convnet()), backupFirst, dieAt: null);
        for (int step = 0; step < Epochs * BatchesAnEpoch; step++)
        {
            int dieAt = step;
            Assert.Throws<TimeoutException>(() => Train(Models.Compiled(Models.Convnet()), backupFirst, dieAt));
            // It dies before the moment of saving, which is after all callbacks.
            Assert.Equal(step >= 3, File.Exists(Checkpoint));
            Assert.Equal(expected, Train(Models.Compiled(Models.Convnet()), backupFirst, dieAt: null));
            Assert.False(File.Exists(Checkpoint));
        }
    }

    [Fact]
    public void A_model_that_has_not_seen_data_gets_its_weights_from_the_file()
    {
        static Sequential Make() => Models.Compiled(new Sequential(new Flatten(), new Dropout(0.2), new Dense(2, "softmax")));
        byte[] expected = Train(Make(), backupFirst: true, dieAt: null);
        Assert.Throws<TimeoutException>(() => Train(Make(), backupFirst: true, dieAt: 6));
        Assert.Equal(expected, Train(Make(), backupFirst: true, dieAt: null));
    }

    [Fact]
    public void A_training_that_early_stopping_ended_is_not_taken_up_again()
    {
        EarlyStopping stopping = new(monitor: "loss", minDelta: 1e9, patience: 1);
        Sequential model = Models.Compiled(Models.Convnet());
        History first = model.Fit(Models.Images(32), Models.Labels(32), batchSize: 8, epochs: 5, callbacks: [new BackupAndRestore(Checkpoint, deleteCheckpoint: false), stopping]);
        Assert.Equal(2, first.Epochs.Count);
        EarlyStopping again = new(monitor: "loss", minDelta: 1e9, patience: 1);
        Sequential resumed = Models.Compiled(Models.Convnet());
        resumed.Fit(Models.Images(32), Models.Labels(32), batchSize: 8, epochs: 5, callbacks: [new BackupAndRestore(Checkpoint, deleteCheckpoint: false), again]);
        Assert.Equal(Models.State(model), Models.State(resumed));
        Assert.Equal(stopping.StoppedEpoch, again.StoppedEpoch);
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_told_and_changes_nothing()
    {
        Interrupt();
        Foreign(Models.Compiled(new Sequential(1UL, new Input([6, 6, 2]), new Flatten(), new Dense(3, "softmax"))), "does not fit the model", new EarlyStopping("loss"));
        Foreign(Models.Compiled(Models.Convnet(seed: 2)), "'seed' is 1 in the file and 2 here", new EarlyStopping("loss"));
        Foreign(Models.Compiled(Models.Convnet(), new SGD()), "'optimizer' is Adam in the file and SGD here", new EarlyStopping("loss"));
        Foreign(Models.Compiled(Models.Convnet()), "'callbacks' is EarlyStopping in the file and (none) here");
        Foreign(Models.Compiled(Models.Convnet()), "'callbacks' is EarlyStopping in the file and EarlyStopping, ReduceLROnPlateau here", new EarlyStopping("loss"), new ReduceLROnPlateau("loss"));
        Foreign(Models.Compiled(Models.Convnet()), "'batches' is 4 in the file and 2 here", 16, new EarlyStopping("loss"));
        Sequential measured = Models.Convnet();
        measured.Compile(new Adam(), "sparse_categorical_crossentropy", ["mse"]);
        Foreign(measured, "'figures' is loss, accuracy in the file", new EarlyStopping("loss"));
    }

    [Fact]
    public void A_damaged_checkpoint_is_told_and_changes_nothing()
    {
        Interrupt();
        byte[] bytes = File.ReadAllBytes(Checkpoint);
        foreach (byte[] damaged in new[] { bytes[..(bytes.Length / 2)], [], [.. bytes.Select((value, index) => index == bytes.Length / 4 ? (byte)(value ^ 1) : value)] })
        {
            File.WriteAllBytes(Checkpoint, damaged);
            Foreign(Models.Compiled(Models.Convnet()), "not a whole", new EarlyStopping("loss"));
        }
    }

    [Fact]
    public void A_callback_that_refuses_its_state_leaves_all_as_they_were()
    {
        Interrupt();
        Archives.Change(Checkpoint, ArchiveParts.Training, text => text.Replace("\"wait\": 0", "\"wait\": \"long\"", StringComparison.Ordinal));
        Foreign(Models.Compiled(Models.Convnet()), "the callback EarlyStopping cannot take its state back", new EarlyStopping("loss"));
    }

    [Fact]
    public void Settings_that_show_in_no_weight_are_compared_too()
    {
        Interrupt();
        Model other = Models.Convnet();
        other.Compile(new Adam(beta1: 0.5), "sparse_categorical_crossentropy", ["accuracy"]);
        Foreign(other, "the model was made otherwise: compile.optimizer.config.beta_1 was 0.9 and is 0.5. Make it as it was when the file was written; "
            + "to train anew, delete the file.", new EarlyStopping("loss"));
        Dropout dropout = Models.Convnet().Layers.OfType<Dropout>().First();
        Archives.Change(Checkpoint, ArchiveParts.Training, text => text.Replace("\"rate\": " + JsonSerializer.Serialize(dropout.Rate), "\"rate\": 0.9", StringComparison.Ordinal));
        Foreign(Models.Compiled(Models.Convnet()), "config.rate was 0.9 and is ", new EarlyStopping("loss"));
    }

    [Fact]
    public void A_checkpoint_cannot_be_loaded_as_a_model()
    {
        Interrupt();
        Assert.Contains("it is a checkpoint of a training", Assert.Throws<InvalidDataException>(() => Model.Load(Checkpoint)).Message, StringComparison.Ordinal);
    }

    private void Interrupt() => Assert.Throws<TimeoutException>(() => Models.Compiled(Models.Convnet()).Fit(
        Models.Images(32), Models.Labels(32), batchSize: 8, epochs: 3, callbacks: [new BackupAndRestore(Checkpoint, 1), new EarlyStopping("loss"), Dying(5)]));

    private void Foreign(Model model, string reason, params IReadOnlyList<Callback> callbacks) => Foreign(model, reason, 8, callbacks);

    private void Foreign(Model model, string reason, int batchSize, params IReadOnlyList<Callback> callbacks)
    {
        model.EnsureInitialized();
        byte[] before = Models.State(model), file = File.ReadAllBytes(Checkpoint);
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() =>
            model.Fit(Models.Images(32), Models.Labels(32), batchSize, epochs: 3, callbacks: [new BackupAndRestore(Checkpoint, 1), .. callbacks]));
        Assert.StartsWith(Checkpoint, exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, Models.State(model)[..before.Length]);
        Assert.Equal(file, File.ReadAllBytes(Checkpoint));
    }

    // Everything that remembers: figures, statistics, the best weights, the learning rate, a log.
    private byte[] Train(Model model, bool backupFirst, int? dieAt)
    {
        string log = scratch.Path("log.csv");
        BackupAndRestore backup = new(Checkpoint, saveFrequency: 3);
        Callback[] others = [new CSVLogger(log), new EarlyStopping("loss", patience: 2, restoreBestWeights: true), new ReduceLROnPlateau("val_loss", patience: 1)];
        Callback[] callbacks = [.. backupFirst ? [backup, .. others] : (Callback[])[.. others, backup], .. dieAt is { } step ? [Dying(step)] : (Callback[])[]];
        History history = model.Fit(Models.Images(40), Models.Labels(40), batchSize: 8, epochs: Epochs, validationSplit: 0.2, callbacks: callbacks);
        return [.. Models.State(model, history), .. File.ReadAllBytes(log)];
    }

    private static LambdaCallback Dying(int step)
    {
        int steps = 0;
        return new LambdaCallback(onTrainBatchEnd: (_, _, _) =>
        {
            if (steps++ == step)
                throw new TimeoutException();
        });
    }
}
