using System.Buffers;
using Google.Protobuf;
using Laminet.Files;
using Microsoft.Win32.SafeHandles;

namespace Laminet.Formats.Records;

/// <summary>
/// Writes records to the end of a file on a thread of its own. Records wait until there are many, or for a time, and are then given to the
/// operating system in one piece: a process killed at any moment leaves all of them up to the last such write. Adding a record neither writes
/// nor wakes a thread in most cases, so that training is not held up.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    // Adding waits beyond so many records: a disk slower than training must not fill the memory.
    private const int MostWaiting = 4096;

    // Where writing fails, so much is kept for the next try.
    private const int MostUnwritten = 16 << 20;

    private readonly object gate = new();
    private readonly string path;
    private readonly IRecordFraming framing;
    private readonly TimeSpan flushInterval;
    private readonly int flushCount;
    private readonly WriteAt write;
    private readonly SafeFileHandle file;
    private readonly Thread thread;
    private readonly ArrayBufferWriter<byte> unwritten = new();
    private List<IMessage> waiting = [], taken = [];
    private long flushesAsked, flushesDone, length;
    private bool isClosing;
    private Exception? failure;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="framing">How records follow each other.</param>
    /// <param name="keep">How many bytes of an existing file stay; null for a new file, which must not exist.</param>
    /// <param name="flushInterval">The longest time that a record waits.</param>
    /// <param name="flushCount">The number of records that wait no longer.</param>
    /// <param name="write">Writes bytes at a place of the file; tests give one that fails.</param>
    /// <exception cref="IOException">The file cannot be opened. The message says why.</exception>
    public RecordFile(string path, IRecordFraming framing, long? keep, TimeSpan flushInterval, int flushCount, WriteAt? write = null)
    {
        (this.path, this.framing, this.flushInterval, this.flushCount, this.write) = (path, framing, flushInterval, flushCount, write ?? RandomAccess.Write);
        try
        {
            file = File.OpenHandle(path, keep is null ? FileMode.CreateNew : FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete);
            if (keep is { } bytes)
                RandomAccess.SetLength(file, length = bytes);
            else
                unwritten.Write(framing.Header);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Explained(exception);
        }

        thread = new Thread(Run) { IsBackground = true, Name = $"Laminet: {Path.GetFileName(path)}" };
        thread.Start();
    }

    /// <summary>Writes bytes at a place of a file.</summary>
    public delegate void WriteAt(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position);

    /// <summary>The bytes that are written.</summary>
    public long Length
    {
        get
        {
            lock (gate)
                return length;
        }
    }

    /// <summary>Adds a record, which must not change any more.</summary>
    public void Add(IMessage record)
    {
        lock (gate)
        {
            while (waiting.Count >= MostWaiting && !isClosing)
                Monitor.Wait(gate);
            ObjectDisposedException.ThrowIf(isClosing, this);
            waiting.Add(record);
            if (waiting.Count == flushCount)
                Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until all records added before are written.</summary>
    /// <exception cref="IOException">They could not be written. They are kept and tried again with later ones, up to 16 MiB.</exception>
    public void Flush()
    {
        Exception? failed;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosing, this);
            long mine = ++flushesAsked;
            Monitor.PulseAll(gate);
            while (flushesDone < mine)
                Monitor.Wait(gate);
            failed = failure;
        }

        if (failed is not null)
            throw failed is IOException or UnauthorizedAccessException ? Explained(failed) : new IOException($"Cannot write {path}: {failed.Message}", failed);
    }

    /// <summary>Writes what waits and closes the file. What cannot be written is lost.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isClosing = true;
            Monitor.PulseAll(gate);
        }

        thread.Join();
        file.Dispose();
    }

    /// <summary>Closes and deletes a file that could not be begun.</summary>
    public void Abandon()
    {
        Dispose();
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An empty file stays; the caller tells why the file could not be begun.
        }
    }

    private void Run()
    {
        while (true)
        {
            long asked;
            bool isLast;
            lock (gate)
            {
                // A flush that failed waits for the next one, or for the time.
                while (!isClosing && flushesAsked == flushesDone && waiting.Count < flushCount && Monitor.Wait(gate, flushInterval))
                {
                }

                (waiting, taken) = (taken, waiting);
                (asked, isLast) = (flushesAsked, isClosing);
                Monitor.PulseAll(gate);
            }

            Exception? failed = Write();
            lock (gate)
            {
                (failure, flushesDone) = (failed, asked);
                Monitor.PulseAll(gate);
            }

            if (isLast)
                return;
        }
    }

    private Exception? Write()
    {
        try
        {
            foreach (IMessage record in taken)
                framing.Write(record.ToByteArray(), length + unwritten.WrittenCount, unwritten);
            if (unwritten.WrittenCount == 0)
                return null;
            write(file, unwritten.WrittenSpan, length);
            lock (gate)
                length += unwritten.WrittenCount;
            unwritten.ResetWrittenCount();
            return null;
        }
        // On a thread of its own: what is not caught here would end the training.
        catch (Exception exception)
        {
            // The next write begins at the same place, over whatever part of this one is there.
            if (unwritten.WrittenCount > MostUnwritten)
            {
                unwritten.ResetWrittenCount();
                if (length == 0)
                    unwritten.Write(framing.Header);
            }

            return exception;
        }
        finally
        {
            taken.Clear();
        }
    }

    private IOException Explained(Exception exception) => new(AtomicFile.Explain(path, Path.GetFullPath(path), exception), exception);
}
