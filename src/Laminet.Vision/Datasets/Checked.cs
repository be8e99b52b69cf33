using System.Globalization;
using Laminet.Metrics.Detection;

namespace Laminet.Vision.Datasets;

/// <summary>Checks of arguments that several kinds of sets share.</summary>
internal static class Checked
{
    private const int MostCharacters = 100;

    /// <summary>The place of an image in a list.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public static int Index(int index, int count, string operation) => (uint)index < (uint)count
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), count == 0
            ? $"{operation}: received the index {index}; the list has no images."
            : $"{operation}: received the index {index}; the list has {count} images, so expected 0 to {count - 1}.");

    /// <summary>A text of a file for an error message, not longer than can be read.</summary>
    public static string Quoted(string text) => text.Length <= MostCharacters ? $"'{text}'" : $"'{text[..MostCharacters]}...'";

    /// <summary>A box for an error message: left, top, right, bottom.</summary>
    public static string Described(Box box) => string.Create(CultureInfo.InvariantCulture, $"({box.Left}, {box.Top}, {box.Right}, {box.Bottom})");

    /// <summary>The names of classes, each of which has one number.</summary>
    /// <exception cref="ArgumentException">A name is missing or occurs twice.</exception>
    public static void Classes(IReadOnlyList<string>? classes, string operation)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        for (int number = 0; number < (classes?.Count ?? 0); number++)
        {
            if (classes![number] is not { } name)
                throw new ArgumentException($"{operation}: received no name for class {number}; each class needs one.", nameof(classes));
            if (!numbers.TryAdd(name, number))
                throw new ArgumentException($"{operation}: received the class '{name}' twice, as {numbers[name]} and {number}. Name each class once.", nameof(classes));
        }
    }
}
