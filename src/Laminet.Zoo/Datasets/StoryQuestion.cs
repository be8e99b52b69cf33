using System.Globalization;

namespace Laminet.Zoo.Datasets;

/// <summary>A question about a story, as in the bAbI tasks. (Weston et al., "Towards AI-complete question answering: a set of prerequisite toy tasks", 2015.)</summary>
/// <param name="Story">The statements before the question, each as words in lower case.</param>
/// <param name="Question">The words of the question.</param>
/// <param name="Answer">The answer; a list has commas between.</param>
public sealed record StoryQuestion(IReadOnlyList<IReadOnlyList<string>> Story, IReadOnlyList<string> Question, string Answer)
{
    /// <summary>The most characters of a line.</summary>
    public const int MaximumLine = 4096;

    /// <summary>The most lines of a story.</summary>
    public const int MaximumStory = 1024;

    /// <summary>
    /// Reads a file of the bAbI tasks. Each line begins with its number in the story, and 1 begins another story; a question has its answer, and what supports it, after tabs.
    /// </summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <exception cref="InvalidDataException">A line is not of that form, or there is too much of it; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<StoryQuestion> Read(string path)
    {
        using StreamReader reader = new(path);
        return Parse(reader, path);
    }

    /// <summary>Reads questions from text of that form.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">A line is not of that form, or there is too much of it; the message names the line.</exception>
    public static IReadOnlyList<StoryQuestion> Parse(TextReader reader, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(reader);
        List<StoryQuestion> questions = [];
        List<IReadOnlyList<string>> story = [];
        int last = 0;
        foreach ((int number, string line) in BoundedLines.Read(reader, MaximumLine, name, "a file of the bAbI tasks"))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || !int.TryParse(line.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out int place) || place is < 1 or > MaximumStory || (place > 1 && place <= last))
                throw Wrong(number, $"a number of the line in its story (1, or above {last}, at most {MaximumStory}) and a space");
            if (place == 1)
                story = [];
            last = place;
            string[] parts = line[(space + 1)..].Split('\t');
            string[] words = [.. parts[0].ToLowerInvariant().Split([' ', '.', '?', ','], StringSplitOptions.RemoveEmptyEntries)];
            if (words.Length == 0)
                throw Wrong(number, "words after the number");
            if (parts.Length == 1)
            {
                story.Add(words);
                continue;
            }

            string answer = parts[1].Trim().ToLowerInvariant();
            if (answer.Length == 0)
                throw Wrong(number, "an answer after the tab");
            questions.Add(new([.. story], words, answer));
        }

        return questions;

        InvalidDataException Wrong(int number, string expected) => new($"{name}, line {number}: expected {expected}.");
    }
}
