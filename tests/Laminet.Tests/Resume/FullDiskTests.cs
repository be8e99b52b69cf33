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
    private readonly List<int> begun = [];

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
        Assert.EndsWith("Training continues and the next save is tried; further failures give no warning.", warnings[0], StringComparison.Ordinal);
        // The last good file is whole, and from there the training ends in the same bits.
        Directory.Delete(File);
        System.IO.File.Move(Aside, File);
        begun.Clear();
        Assert.Equal(undisturbed, Models.State(Train(backup, from: Epochs, to: Epochs)));
        Assert.True(backup.HasResumed);
        // From the last moment at which there was room, not from the beginning.
        Assert.Equal([2, 3, 4, 5], begun);
    }

    [Fact]
    public void A_backup_is_written_again_when_there_is_room()
    {
        Model trained = Train(new BackupAndRestore(File, deleteCheckpoint: false), from: 2, to: 4), other = Models.Compiled(Models.Convnet());
        Assert.Single(warnings);
        other.ResumeFrom(File);
        Assert.Equal(Epochs, other.Progress.Epoch);
        Assert.Equal(Models.State(trained), Models.State(other));
    }

    [Fact]
    public void A_backup_that_cannot_be_deleted_is_told_and_the_result_stays()
    {
        if (OperatingSystem.IsWindows())
            return;
        // A link that leads to itself can be neither followed nor taken for done.
        LambdaCallback circle = new(onTrainEnd: _ =>
        {
            System.IO.File.Delete(File);
            System.IO.File.CreateSymbolicLink(File, File);
        });
        Assert.Equal(Epochs, Fit([circle, new BackupAndRestore(File)]).Epochs.Count);
        Assert.StartsWith($"BackupAndRestore: Cannot delete {File}: it is a link that cannot be followed;", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.EndsWith("Training is complete. Delete the file before you train again; otherwise the next training resumes from it.", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_behind_a_link_is_deleted_and_the_link_stays()
    {
        if (OperatingSystem.IsWindows())
            return;
        string link = scratch.Path("link");
        System.IO.File.CreateSymbolicLink(link, File);
        for (int i = 0; i < 2; i++)
        {
            BackupAndRestore backup = new(link);
            Assert.Equal(Epochs, Fit([backup]).Epochs.Count);
            Assert.False(backup.HasResumed);
            Assert.False(System.IO.File.Exists(File));
            Assert.NotNull(new FileInfo(link).LinkTarget);
        }

        Assert.Empty(warnings);
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
        Assert.StartsWith($"CSVLogger: Cannot write {File}: it is a directory. Give the name of a file. Training continues", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(["epoch", "0", "1", "2", "3", "4", "5"], FirstColumn());
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(0, false)]
    [InlineData(0, true)]
    public void Lines_that_wait_are_in_the_backup(int from, bool isWrittenLater)
    {
        string checkpoint = scratch.Path("checkpoint");
        Callback[] Callbacks() => [new CSVLogger(File), new BackupAndRestore(checkpoint)];
        // It is killed in the fifth epoch: after its line was written, where there was room again, and before the next backup.
        LambdaCallback disk = new(onEpochBegin: (_, epoch) =>
        {
            if (epoch == from)
                Take();
            if (epoch == 4 && isWrittenLater)
                Free();
        });
        LambdaCallback dying = new(onEpochEnd: (_, epoch, _) =>
        {
            if (epoch == 4)
                throw new TimeoutException();
        });
        Assert.Throws<TimeoutException>(() => Fit([disk, .. Callbacks(), dying]));
        if (!isWrittenLater)
            Free();
        Fit(Callbacks());
        Assert.Equal(["epoch", "0", "1", "2", "3", "4", "5"], FirstColumn());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_log_that_was_moved_away_is_begun_anew_and_a_resumed_run_deletes_no_line(bool isMovedAfterBackup)
    {
        string checkpoint = scratch.Path("checkpoint");
        Callback[] Callbacks() => [new CSVLogger(File), new BackupAndRestore(checkpoint)];
        LambdaCallback rotating = new(onEpochEnd: (_, epoch, _) =>
        {
            if (epoch == 2 && !isMovedAfterBackup)
                System.IO.File.Move(File, Aside);
            if (epoch == 4)
                throw new TimeoutException();
        }, onEpochBegin: (_, epoch) =>
        {
            if (epoch == 3 && isMovedAfterBackup)
                System.IO.File.Move(File, Aside);
        });
        Assert.Throws<TimeoutException>(() => Fit([.. Callbacks()[..1], rotating, .. Callbacks()[1..]]));
        Assert.Equal(["epoch", "3", "4"], FirstColumn());
        Fit(Callbacks());
        Assert.Equal(["epoch", "3", "4", "5"], FirstColumn());
        Assert.Equal(["epoch", "0", "1", "2"], System.IO.File.ReadLines(Aside).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void A_log_that_is_elsewhere_at_the_moment_of_a_backup_keeps_its_lines()
    {
        string checkpoint = scratch.Path("checkpoint");
        Callback[] Callbacks() => [new CSVLogger(File), new BackupAndRestore(checkpoint)];
        LambdaCallback moving = new(onEpochEnd: (_, epoch, _) =>
        {
            if (epoch == 2)
                System.IO.File.Move(File, Aside);
        }, onEpochBegin: (_, epoch) =>
        {
            if (epoch != 3)
                return;
            System.IO.File.Move(Aside, File);
            throw new TimeoutException();
        });
        Assert.Throws<TimeoutException>(() => Fit([.. Callbacks()[..1], moving, .. Callbacks()[1..]]));
        Fit(Callbacks());
        Assert.Equal(["epoch", "0", "1", "2", "3", "4", "5"], FirstColumn());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Half_a_line_does_not_stay(bool isStuck)
    {
        int writes = 0;
        CSVLogger logger = new(File) { OpenEnd = file => ++writes == 2 ? new HalfFull(file, isStuck) : new FileStream(file, FileMode.Append) };
        Fit([logger]);
        Assert.StartsWith($"CSVLogger: Cannot write {File}: No room; free some space and save again. Training continues", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(["epoch", "0", "1", "2", "3", "4", "5"], FirstColumn());
        Assert.All(System.IO.File.ReadLines(File), line => Assert.Equal(2, line.Count(letter => letter == ',')));
    }

    [Fact]
    public void A_log_that_cannot_be_opened_when_training_begins_is_opened_later()
    {
        System.IO.File.WriteAllText(File, "epoch,loss\n0,1\n1,1\n");
        LambdaCallback disk = new(onEpochBegin: (_, epoch) =>
        {
            if (epoch == 0)
                Take();
            if (epoch == 2)
                Free();
        });
        Fit([disk, new CSVLogger(File)]);
        Assert.Single(warnings);
        Assert.Equal(["epoch", "0", "1", "2", "3", "4", "5"], FirstColumn());
    }

    [Fact]
    public void A_log_behind_a_link_stays_behind_it()
    {
        if (OperatingSystem.IsWindows())
            return;
        string link = scratch.Path("link");
        System.IO.File.CreateSymbolicLink(link, File);
        Fit([new CSVLogger(link)]);
        Fit([new CSVLogger(link)]);
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal(["epoch", "0", "1", "2", "3", "4", "5"], FirstColumn());
    }

    private IEnumerable<string> FirstColumn() => System.IO.File.ReadLines(File).Select(line => line.Split(',')[0]);

    private void Take()
    {
        if (System.IO.File.Exists(File))
            System.IO.File.Move(File, Aside, overwrite: true);
        Directory.CreateDirectory(File);
    }

    private void Free()
    {
        Directory.Delete(File);
        if (System.IO.File.Exists(Aside))
            System.IO.File.Move(Aside, File);
    }

    private History Fit(Callback[] callbacks)
    {
        Model model = Models.Compiled(Models.Convnet());
        model.Warned += warnings.Add;
        return model.Fit(Models.Images(16), Models.Labels(16), batchSize: 8, epochs: Epochs, callbacks: callbacks);
    }

    private Model Loaded() => Model.Load(File);

    // The file's place is taken after some epochs, and free again after others.
    private Model Train(Callback writer, int from, int to)
    {
        Model model = Models.Compiled(Models.Convnet());
        model.Warned += warnings.Add;
        LambdaCallback disk = new(onEpochEnd: (_, epoch, logs) => logs["loss"] = 1.0 / (epoch + 1), onEpochBegin: (_, epoch) =>
        {
            begun.Add(epoch);
            if (epoch == from && from < to)
                Take();
            if (epoch == to && from < to)
                Free();
        });
        model.Fit(Models.Images(16), Models.Labels(16), batchSize: 8, epochs: Epochs, callbacks: [disk, writer]);
        return model;
    }

    // Takes half of what is written, and then nothing, not even another length.
    private sealed class HalfFull(string path, bool isStuck) : FileStream(path, FileMode.Append)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer[..(buffer.Length / 2)]);
            Flush();
            throw new IOException("No room", 28);
        }

        public override void SetLength(long value)
        {
            if (isStuck)
                throw new IOException("No room", 28);
            base.SetLength(value);
        }
    }
}
