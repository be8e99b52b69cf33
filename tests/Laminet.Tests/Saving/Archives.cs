using System.IO.Compression;
using System.Text;

namespace Laminet.Tests.Saving;

/// <summary>Changes a model file from outside, with checksums that fit, as an enemy would.</summary>
internal static class Archives
{
    public static Dictionary<string, byte[]> Parts(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using Stream stream = entry.Open();
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        });
    }

    public static void Write(string path, IEnumerable<KeyValuePair<string, byte[]>> parts, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        File.Delete(path);
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in parts)
        {
            using Stream stream = zip.CreateEntry(name, compression).Open();
            stream.Write(bytes);
        }
    }

    public static void Change(string path, string part, Func<string, string> change)
    {
        Dictionary<string, byte[]> parts = Parts(path);
        parts[part] = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(parts[part])));
        Write(path, parts);
    }
}
