using System.Globalization;

namespace Laminet.Cli.Rendering;

/// <summary>Sizes for people.</summary>
internal static class Bytes
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A number of bytes in the largest unit of which there is one, as in <c>1.5 MiB</c>.</summary>
    public static string Text(long bytes)
    {
        int unit = 0;
        double size = bytes;
        // What would be rounded to 1024.0 is one of the next.
        for (; size >= 1023.95 && unit < Units.Length - 1; unit++)
            size /= 1024;
        return size.ToString(unit == 0 ? "F0" : "F1", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
