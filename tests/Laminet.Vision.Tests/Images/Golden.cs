using System.Text.Json;

namespace Laminet.Vision.Tests.Images;

/// <summary>The files and numbers that make_images_golden.py wrote with Pillow.</summary>
internal static class Golden
{
    private static readonly JsonDocument Document = JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "images.json")));

    public static IEnumerable<JsonElement> Resized => Document.RootElement.GetProperty("resized").EnumerateArray();

    public static IEnumerable<JsonElement> Files => Document.RootElement.GetProperty("files").EnumerateArray();

    public static IEnumerable<JsonElement> Numbers => Document.RootElement.GetProperty("numbers").EnumerateArray();

    public static JsonElement File(string name) => Files.Single(file => file.GetProperty("name").GetString() == name);

    public static byte[] Bytes(string name) => Bytes(File(name), "bytes");

    public static byte[] NumberBytes(string name) => Bytes(Numbers.Single(file => file.GetProperty("name").GetString() == name), "bytes");

    public static byte[] Bytes(JsonElement element, string property) => element.GetProperty(property).GetBytesFromBase64();

    public static int[] Ints(JsonElement element, string property) => [.. element.GetProperty(property).EnumerateArray().Select(number => number.GetInt32())];

}
