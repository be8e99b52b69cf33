using System.Globalization;
using Laminet.Files;

namespace Laminet.Tests.Saving;

public sealed class AtomicFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Target => scratch.Path("file");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_file_is_written_and_replaced_and_nothing_else_left()
    {
        // What a killed process left does not matter.
        File.WriteAllText(AtomicFile.TemporaryName(Target), "half of an old one, and rather long");
        Write("first");
        Assert.Equal("first", File.ReadAllText(Target));
        Write("second");
        Assert.Equal("second", File.ReadAllText(Target));
        Assert.Equal(["file"], scratch.Files);
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file()
    {
        Write("old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));
        AssertOld();
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_is_told()
    {
        // Linux has a device that is always full.
        if (!File.Exists("/dev/full"))
            return;
        Write("old");
        int half = 0;
        IOException exception = Assert.Throws<IOException>(() => AtomicFile.Write(Target, stream =>
        {
            try
            {
                stream.Write(new byte[100_000]);
            }
            finally
            {
                // The old file is there, and beside it half of the new one.
                Assert.Equal("old", File.ReadAllText(Target));
                half = (int)new FileInfo(scratch.Path(Assert.Single(scratch.Files, name => name != "file"))).Length;
            }
        }, path => new HalfFull(path)));
        Assert.Equal(50_000, half);
        Assert.StartsWith($"Cannot write {Target}: No space left on device", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("free some space and save again. The old file is as it was.", exception.Message, StringComparison.Ordinal);
        AssertOld();
    }

    [Fact]
    public void A_missing_directory_is_told()
    {
        string path = scratch.Path(Path.Combine("nowhere", "file"));
        IOException exception = Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => { }));
        Assert.Equal($"Cannot write {path}: the directory {scratch.Path("nowhere")} does not exist. Create it first.", exception.Message);
    }

    [Fact]
    public void A_directory_in_the_way_is_told()
    {
        Directory.CreateDirectory(Target);
        IOException exception = Assert.Throws<IOException>(() => AtomicFile.Write(Target, _ => { }));
        Assert.Contains("it is a directory", exception.Message, StringComparison.Ordinal);
        Assert.Empty(scratch.Files);
    }

    [Fact]
    public void A_read_only_directory_is_told()
    {
        // The superuser may write anywhere; Windows has no such mode.
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
            return;
        Write("old");
        File.SetUnixFileMode(scratch.Root, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        IOException exception = Assert.Throws<IOException>(() => Write("new"));
        File.SetUnixFileMode(scratch.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Contains("no permission", exception.Message, StringComparison.Ordinal);
        AssertOld();
    }

    [Fact]
    public void No_permission_is_told()
    {
        Write("old");
        IOException exception = Assert.Throws<IOException>(() => AtomicFile.Write(Target, _ => { }, _ => throw new UnauthorizedAccessException("Denied.")));
        Assert.Equal($"Cannot write {Target}: no permission to write there (Denied). Choose another place or change the permission. The old file is as it was.", exception.Message);
        AssertOld();
    }

    // The numbers that Linux and macOS give for a read-only file system, and Windows.
    [Theory]
    [InlineData(30)]
    [InlineData(unchecked((int)0x80070013))]
    public void A_read_only_file_system_is_told(int error)
    {
        Write("old");
        IOException exception = Assert.Throws<IOException>(() => AtomicFile.Write(Target, _ => { }, _ => throw new IOException("Read-only file system", error)));
        Assert.Equal($"Cannot write {Target}: the file system there is read-only. Choose another place. The old file is as it was.", exception.Message);
        AssertOld();
    }

    [Theory]
    [InlineData(28, "Cannot write {0}: What the system says; free some space and save again.")]
    [InlineData(unchecked((int)0x80070070), "Cannot write {0}: What the system says; free some space and save again.")]
    [InlineData(5, "Cannot write {0}: What the system says. Choose another place, or try again.")]
    public void A_full_disk_is_spoken_of_only_where_it_is_full(int error, string expected)
    {
        IOException exception = Assert.Throws<IOException>(() => AtomicFile.Write(Target, _ => { }, _ => throw new IOException("What the system says.", error)));
        Assert.Equal(string.Format(CultureInfo.InvariantCulture, expected, Target), exception.Message);
    }

    [Fact]
    public void A_place_that_takes_no_files_is_told()
    {
        // Linux keeps its processes there.
        if (!OperatingSystem.IsLinux())
            return;
        Assert.Equal("Cannot write /proc/laminet: /proc takes no new files. Choose another place.", Assert.Throws<IOException>(() => AtomicFile.Write("/proc/laminet", _ => { })).Message);
        Assert.Equal("Cannot make the directory /proc/laminet/run: /proc takes no new directories. Choose another place.",
            Assert.Throws<IOException>(() => AtomicFile.CreateDirectory("/proc/laminet/run")).Message);
    }

    [Fact]
    public void A_directory_is_made_with_those_it_lies_in_but_not_within_a_file()
    {
        string directory = scratch.Path(Path.Combine("one", "two"));
        AtomicFile.CreateDirectory(directory);
        AtomicFile.CreateDirectory(directory);
        Assert.True(Directory.Exists(directory));

        Write("old");
        foreach (string path in (string[])[Target, Path.Combine(Target, "one", "two")])
        {
            Assert.Equal($"Cannot make the directory {path}: {Target} is a file. Choose another name.",
                Assert.Throws<IOException>(() => AtomicFile.CreateDirectory(path)).Message);
        }
    }

    [Fact]
    public void A_file_another_process_writes_is_left_to_it()
    {
        Write("old");
        string other = AtomicFile.TemporaryName(Target);
        using (FileStream stream = new(other, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write("the other's"u8);
            Write("new");
            Assert.Equal(["file", Path.GetFileName(other)], scratch.Files);
            Assert.Equal("new", File.ReadAllText(Target));
        }

        Assert.Equal("the other's", File.ReadAllText(other));
    }

    [Fact]
    public void Names_before_a_file_is_whole_differ_and_only_such_are_taken_for_abandoned()
    {
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => AtomicFile.TemporaryName(Target)).Distinct().Count());
        string[] others = ["file.tmp", "file.backup.tmp", "file.0123456789ag.tmp", "file.0123456789abc.tmp", "file2.0123456789ab.tmp", "file.0123456789ab"];
        foreach (string other in others)
            File.WriteAllText(scratch.Path(other), "");
        Write("new");
        Assert.Equal([.. others.Append("file").Order(StringComparer.Ordinal)], scratch.Files);
    }

    [Fact]
    public void Many_writers_at_once_leave_a_whole_file_of_one_of_them()
    {
        int failures = 0;
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] content = new byte[20_000];
            content.AsSpan().Fill((byte)i);
            try
            {
                AtomicFile.Write(Target, stream => stream.Write(content));
            }
            catch (IOException)
            {
                Interlocked.Increment(ref failures);
            }

            byte[] read = File.ReadAllBytes(Target);
            Assert.Equal(20_000, read.Length);
            Assert.All(read, value => Assert.Equal(read[0], value));
        });
        Assert.Equal(0, failures);
        Assert.Equal(["file"], scratch.Files);
    }

    [Fact]
    public void A_device_is_not_replaced()
    {
        if (!OperatingSystem.IsWindows())
            Assert.Contains("it is a device", Assert.Throws<IOException>(() => AtomicFile.Write("/dev/null", _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_a_link_points_at_is_not_replaced()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.CreateSymbolicLink(Target, "/dev/null");
        Assert.Contains("it is a device", Assert.Throws<IOException>(() => Write("new")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_goes_on_pointing_at_the_new_file()
    {
        if (OperatingSystem.IsWindows())
            return;
        Write("old");
        string link = scratch.Path("link");
        File.CreateSymbolicLink(link, Target);
        AtomicFile.Write(link, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)]
    public void A_file_keeps_its_mode(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            return;
        Write("old");
        File.SetUnixFileMode(Target, mode);
        AtomicFile.Write(Target, stream =>
        {
            // Nor does another one read it while it is written.
            if (!OperatingSystem.IsWindows())
                Assert.Equal(mode | UnixFileMode.UserWrite, File.GetUnixFileMode(scratch.Path(Assert.Single(scratch.Files, name => name != "file"))));
            stream.Write("new"u8);
        });
        Assert.Equal((mode, "new"), (File.GetUnixFileMode(Target), File.ReadAllText(Target)));
    }

    [Fact]
    public void A_file_behind_a_link_is_deleted_and_what_is_not_there_is_not_told()
    {
        Write("old");
        AtomicFile.Delete(scratch.Path("nothing"));
        AtomicFile.Delete(scratch.Path(Path.Combine("nowhere", "nothing")));
        if (!OperatingSystem.IsWindows())
            File.CreateSymbolicLink(scratch.Path("link"), Target);
        AtomicFile.Delete(OperatingSystem.IsWindows() ? Target : scratch.Path("link"));
        Assert.False(File.Exists(Target));
    }

    private void Write(string text) => AtomicFile.Write(Target, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private void AssertOld()
    {
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal(["file"], scratch.Files);
    }

    // Takes half of what is written; the rest goes where there is never room.
    private sealed class HalfFull(string path) : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer[..(buffer.Length / 2)]);
            Flush();
            using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write(buffer[(buffer.Length / 2)..]);
        }
    }
}
