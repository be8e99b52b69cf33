using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Resume;

// A directory in the file's place stands for a full disk: writing fails in the same way, with an IOException. That the old file stays whole where
// the disk is full is AtomicFile's, and tested with it.
public sealed class FullDiskTests : IDisposable
{
    private const int Epochs = 6;

    private readonly Scratch scratch = new();
    private readonly List<string> warnings = [];

    public void Dispose() => scratch.Dispose();

    private string File => scratch.Path("file");

    private string Aside => scratch.Path("aside");

    [Fact]
    public void A_backup_that_fails_is_told_once_and_training_goes_on()
    {
        byte[] undisturbed = Models.State(Train(new BackupAndRestore(File, saveFrequency: 1, deleteCheckpoint: false), from: Epochs, to: Epochs));
        System.IO.File.Delete(File);
        BackupAndRestore backup = new(File, saveFrequency: 1, deleteCheckpoint: false);
        byte[] state = Models.State(Train(backup, from: 2, to: Epochs));
        Assert.Equal(undisturbed, state);
        Assert.StartsWith($"BackupAndRestore: Cannot write {File}: it is a directory", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.EndsWith("Training goes on and the next save is tried; further failures are not told.", warnings[0], StringComparison.Ordinal);
        // The last good file is whole, and from there the training ends in the same bits.
        Directory.Delete(File);
        System.IO.File.Move(Aside, File);
        Assert.Equal(undisturbed, Models.State(Train(backup, from: Epochs, to: Epochs)));
        Assert.True(backup.HasResumed);
    }

    [Fact]
    public void A_backup_is_written_again_when_there_is_room()
    {
        Train(new BackupAndRestore(File, deleteCheckpoint: false), from: 2, to: 4);
        Assert.Single(warnings);
        Model other = Models.Compiled(Models.Convnet());
        other.ResumeFrom(File);
        Assert.Equal(Epochs, other.Progress.Epoch);
    }

    [Fact]
    public void The_best_model_is_the_best_that_could_be_written()
    {
        ModelCheckpoint checkpoint = new(File, monitor: "loss", saveBestOnly: true);
        // The loss falls in each epoch; those that could not be written do not count.
        Train(checkpoint, from: 2, to: Epochs);
        Assert.Equal(1 / 2.0, checkpoint.Best);
        Assert.Equal(File, checkpoint.LastPath);
        Assert.StartsWith($"ModelCheckpoint: Cannot write {File}: it is a directory", Assert.Single(warnings), StringComparison.Ordinal);
        warnings.Clear();
        Directory.Delete(File);
        Train(checkpoint, from: 2, to: 4);
        Assert.Equal(1.0 / Epochs, checkpoint.Best);
        Assert.Single(warnings);
        Assert.Equal(Epochs, Loaded().Progress.Epoch);
    }

    [Fact]
    public void Lines_of_a_log_wait_until_there_is_room()
    {
        Train(new CSVLogger(File), from: 2, to: 4);
        Assert.StartsWith("CSVLogger: ", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(["epoch", "0", "1", "2", "3", "4", "5"], System.IO.File.ReadLines(File).Select(line => line.Split(',')[0]));
    }

    private Model Loaded() => Model.Load(File);

    // The file's place is taken after some epochs, and free again after others.
    private Model Train(Callback writer, int from, int to)
    {
        Model model = Models.Compiled(Models.Convnet());
        model.Warned += warnings.Add;
        LambdaCallback disk = new(onEpochEnd: (_, epoch, logs) => logs["loss"] = 1.0 / (epoch + 1), onEpochBegin: (_, epoch) =>
        {
            if (epoch == from && from < to)
            {
                System.IO.File.Move(File, Aside, overwrite: true);
                Directory.CreateDirectory(File);
            }

            if (epoch == to && from < to)
            {
                Directory.Delete(File);
                System.IO.File.Move(Aside, File);
            }
        });
        model.Fit(Models.Images(16), Models.Labels(16), batchSize: 8, epochs: Epochs, callbacks: [disk, writer]);
        return model;
    }
}
