using System.Text;

namespace Laminet.Zoo.Datasets;

/// <summary>Reads lines of text that may come from anywhere: a line without an end does not fill the memory, as it would with ReadLine.</summary>
internal static class BoundedLines
{
    /// <summary>The lines that are not empty, with their numbers from 1.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="most">The most characters of a line.</param>
    /// <param name="name">What messages call the text.</param>
    /// <param name="kind">What it should be.</param>
    /// <exception cref="InvalidDataException">A line is longer.</exception>
    public static IEnumerable<(int Number, string Line)> Read(TextReader reader, int most, string name, string kind)
    {
        StringBuilder line = new();
        for (int number = 1; reader.Peek() >= 0; number++)
        {
            line.Clear();
            for (int letter = reader.Read(); letter is not ('\n' or -1); letter = reader.Read())
            {
                if (line.Length == most)
                    throw new InvalidDataException($"{name}, line {number}: longer than {most} characters. Is this {kind}?");
                if (letter != '\r')
                    line.Append((char)letter);
            }

            if (line.Length > 0)
                yield return (number, line.ToString());
        }
    }
}
