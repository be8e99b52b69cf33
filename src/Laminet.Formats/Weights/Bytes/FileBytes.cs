using Microsoft.Win32.SafeHandles;

namespace Laminet.Formats.Weights.Bytes;

/// <summary>The bytes of a file.</summary>
internal sealed class FileBytes : ByteSource
{
    private readonly SafeFileHandle handle;

    private FileBytes(string path, SafeFileHandle handle) : base(path, RandomAccess.GetLength(handle)) => this.handle = handle;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static FileBytes Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(path);
        try
        {
            return new FileBytes(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public override void Dispose()
    {
        handle.Dispose();
        base.Dispose();
    }

    protected override void ReadWithin(long offset, Span<byte> target)
    {
        while (target.Length > 0)
        {
            int count = RandomAccess.Read(handle, target, offset);
            if (count == 0)
                throw Wrong($"it ended at place {offset}, before its length");
            offset += count;
            target = target[count..];
        }
    }
}
