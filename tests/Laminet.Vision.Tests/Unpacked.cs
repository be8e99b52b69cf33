using System.Formats.Tar;
using System.IO.Compression;
using Laminet.Tests.Shared;

namespace Laminet.Vision.Tests;

/// <summary>An archive of the shared data in a folder.</summary>
internal static class Unpacked
{
    public static void Into(string archive, string folder)
    {
        using FileStream file = File.OpenRead(SharedDataFactAttribute.Find(archive)!);
        using GZipStream unpacked = new(file, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(unpacked, folder, overwriteFiles: true);
    }
}
