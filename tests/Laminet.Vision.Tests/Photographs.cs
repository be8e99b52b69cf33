using System.Formats.Tar;
using System.IO.Compression;
using Laminet.Tests.Shared;

namespace Laminet.Vision.Tests;

/// <summary>Photographs of ants and bees, where the shared data are there.</summary>
internal static class Photographs
{
    public static IEnumerable<byte[]> All()
    {
        using FileStream file = File.OpenRead(SharedDataFactAttribute.Find("data/hymenoptera/hymenoptera_data.tar.gz")!);
        using GZipStream unpacked = new(file, CompressionMode.Decompress);
        using TarReader archive = new(unpacked);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not { } data || !entry.Name.EndsWith(".jpg", StringComparison.Ordinal))
                continue;
            using MemoryStream bytes = new();
            data.CopyTo(bytes);
            yield return bytes.ToArray();
        }
    }
}
