using System.Globalization;

namespace Laminet.Vision.Images;

/// <summary>The bytes of files and streams.</summary>
internal static class ImageFile
{
    /// <summary>Opens a file for a reader. Errors of the file system become errors of the image.</summary>
    /// <exception cref="ImageException">The file cannot be read. The message names it.</exception>
    public static T Open<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            return read(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageException($"Cannot read {path}: there is no such file. Check the path; it is taken from {Directory.GetCurrentDirectory()}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"Cannot read {path}: {(Directory.Exists(path) ? "it is a folder. Give a file, or use ImageFolder" : exception.Message.TrimEnd('.'))}.", exception);
        }
    }

    /// <summary>A whole file.</summary>
    public static byte[] Bytes(string path, ImageLimits limits) => Open(path, file =>
    {
        if (!file.CanSeek)
            return Bytes(file, path, limits);
        if (file.Length > limits.FileBytes)
            throw TooLong(path, limits);
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(file.Length, Array.MaxLength));
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    });

    /// <summary>A stream to its end, or to the limit.</summary>
    public static byte[] Bytes(Stream stream, string name, ImageLimits limits)
    {
        using MemoryStream all = new();
        byte[] part = new byte[1 << 16];
        for (int read; (read = stream.Read(part)) > 0;)
        {
            all.Write(part, 0, read);
            if (all.Length > limits.FileBytes)
                throw TooLong(name, limits);
        }

        return all.ToArray();
    }

    public static ImageException TooLong(string name, ImageLimits limits) => new(string.Create(CultureInfo.InvariantCulture,
        $"Cannot read {name}: it has more than {limits.FileBytes:N0} bytes. If the file can be trusted, set ImageReading.Limits to more; else leave it out."));
}
