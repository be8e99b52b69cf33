using System.Buffers;
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

    /// <summary>
    /// Decodes a whole file. Its bytes lie in an array of a pool and are valid during the call: a new array for each photograph, most of them above 85 KB, costs a tenth of the time of decoding it.
    /// </summary>
    public static T Read<T>(string path, ImageLimits limits, Func<ReadOnlySpan<byte>, T> decode)
    {
        (byte[] rented, int length) = Open(path, file =>
        {
            if (!file.CanSeek)
            {
                byte[] piped = Bytes(file, path, limits), copy = ArrayPool<byte>.Shared.Rent(piped.Length);
                piped.CopyTo(copy, 0);
                return (copy, piped.Length);
            }

            if (file.Length > limits.FileBytes)
                throw TooLong(path, limits);
            int count = (int)Math.Min(file.Length, Array.MaxLength);
            byte[] bytes = ArrayPool<byte>.Shared.Rent(count);
            return (bytes, file.ReadAtLeast(bytes.AsSpan(0, count), count, throwOnEndOfStream: false));
        });
        try
        {
            return decode(rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

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
