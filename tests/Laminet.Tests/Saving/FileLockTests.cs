using System.Diagnostics;
using Laminet.Files;
using Laminet.KillTest;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Saving;

public sealed class FileLockTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void One_holder_at_a_time_and_nothing_is_left()
    {
        string path = scratch.Path("file");
        using (FileLock held = FileLock.Take(path))
        {
            Assert.Null(FileLock.TryTake(path));
            Assert.Equal($"Cannot write {path}: another training or callback, in this program or in another one, is writing it. Give each its own file, or wait until the other has ended.",
                Assert.Throws<IOException>(() => FileLock.Take(path)).Message);
            using FileLock other = FileLock.Take(scratch.Path("other"));
        }

        FileLock.Take(path).Dispose();
        Assert.Empty(scratch.Files);
    }

    [Fact]
    public void What_a_killed_process_left_does_not_matter()
    {
        File.WriteAllText(scratch.Path("file.lock"), "");
        FileLock.Take(scratch.Path("file")).Dispose();
        Assert.Empty(scratch.Files);
    }

    [Fact]
    public void A_link_and_what_it_points_at_are_one_file()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(scratch.Path("file"), "");
        File.CreateSymbolicLink(scratch.Path("link"), scratch.Path("file"));
        using FileLock held = FileLock.Take(scratch.Path("link"));
        Assert.Null(FileLock.TryTake(scratch.Path("file")));
    }

    [Fact]
    public void Of_many_that_try_one_has_it()
    {
        string path = scratch.Path("file");
        int inside = 0, most = 0, taken = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using FileLock? held = FileLock.TryTake(path);
            if (held is null)
                return;
            InterlockedMaximum(ref most, Interlocked.Increment(ref inside));
            Interlocked.Increment(ref taken);
            Thread.Yield();
            Interlocked.Decrement(ref inside);
        });
        Assert.Equal(1, most);
        Assert.InRange(taken, 1, 400);
        Assert.Empty(scratch.Files);
    }

    [Fact]
    public void Two_trainings_do_not_write_one_file()
    {
        string file = scratch.Path("sub/file"), pattern = scratch.Path("{epoch}/model-{val_loss}.laminet");
        foreach (Func<Callback> make in (Func<Callback>[])[() => new BackupAndRestore(file), () => new CSVLogger(file), () => new ModelCheckpoint(file), () => new ModelCheckpoint(pattern)])
        {
            int inner = 0;
            Callback within = new LambdaCallback(onEpochEnd: (_, _, _) =>
            {
                inner++;
                Assert.Contains("is writing it", Assert.Throws<IOException>(() => Train(make())).Message, StringComparison.Ordinal);
            });
            Train([make(), within]);
            Assert.Equal(2, inner);
            // Nor do two callbacks of one training; and afterwards it is free again, also after a training that failed.
            Assert.Throws<IOException>(() => Train([make(), make()]));
            Assert.Throws<TimeoutException>(() => Train([make(), new LambdaCallback(onEpochEnd: (_, _, _) => throw new TimeoutException())]));
            Train(make());
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(scratch.Root, "*", SearchOption.AllDirectories), name => name.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Workers.Fit, "training.checkpoint")]
    [InlineData(Workers.Loop, "gan.checkpoint")]
    public async Task Another_process_is_refused(string worker, string file)
    {
        using FileLock held = FileLock.Take(scratch.Path(file));
        ProcessStartInfo info = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(Workers).Assembly.Location, "worker", worker, scratch.Root])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(info)!;
        string[] said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains($"{file}: another training or callback, in this program or in another one, is writing it", said[1], StringComparison.Ordinal);
        Assert.DoesNotContain(file, scratch.Files);
        Assert.Empty(said[0]);
    }

    [Fact]
    public void A_device_is_refused()
    {
        if (!OperatingSystem.IsWindows())
            Assert.Contains("it is a device", Assert.Throws<IOException>(() => FileLock.Take("/dev/null")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_takes_no_lock_is_told()
    {
        string file = scratch.Path("file"), directory = scratch.Path("model.lock"), within = scratch.Path(Path.Combine("file", "model")), model = scratch.Path("model");
        File.WriteAllText(file, "");
        Directory.CreateDirectory(directory);
        Assert.Equal($"Cannot make the directory {file}: {file} is a file. Choose another name.", Assert.Throws<IOException>(() => FileLock.Take(within)).Message);
        Assert.Equal($"Cannot write {model}: there is a directory {directory}, where the file has to be that keeps other writers away. Give the directory another name, or choose another place.",
            Assert.Throws<IOException>(() => FileLock.Take(model)).Message);
        // Linux keeps its processes there.
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("Cannot write /proc/model.lock, which keeps other writers of /proc/model away: /proc takes no new files. Choose another place.",
                Assert.Throws<IOException>(() => FileLock.Take("/proc/model")).Message);
        }
    }

    [Theory]
    [InlineData("run/best.laminet", "run/best.laminet")]
    [InlineData("run/{epoch:02d}/model:{val_loss:.2f}.laminet", "run/{epoch_02d}_model_{val_loss_.2f}.laminet")]
    [InlineData("run{{1}}/best}}.laminet", "run{1}/best}.laminet")]
    [InlineData("run{{1}}/{epoch}.laminet", "run{1}/{epoch}.laminet")]
    [InlineData("c:/run/a-{{b}}-{epoch:02d}.laminet", "c:/run/a-{{b}}-{epoch_02d}.laminet")]
    public void A_name_with_placeholders_is_held_by_one_without_directories_or_colons(string path, string held) =>
        Assert.Equal(held, new ModelCheckpoint(path).OwnFile);

    private static void Train(params IReadOnlyList<Callback> callbacks)
    {
        Model model = Models.Compiled(Models.Convnet());
        model.Fit(Models.Images(16), Models.Labels(16), batchSize: 8, epochs: 2, validationSplit: 0.5, callbacks: callbacks);
    }

    private static void InterlockedMaximum(ref int target, int value)
    {
        for (int seen = target; value > seen; seen = target)
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
