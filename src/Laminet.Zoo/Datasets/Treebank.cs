namespace Laminet.Zoo.Datasets;

/// <summary>Reads files of trees in brackets, one a line, as the Stanford Sentiment Treebank has them: train.txt, dev.txt and test.txt.</summary>
public static class Treebank
{
    /// <summary>The most characters of a line.</summary>
    public const int MaximumLine = 1 << 20;

    /// <summary>The trees of a file. Empty lines are left out.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="limit">The most trees to accept.</param>
    /// <exception cref="InvalidDataException">A line is not a tree, or too long, or there are more trees than the limit; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<LabelledTree> Read(string path, int limit = 1_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        using StreamReader reader = new(path);
        List<LabelledTree> trees = [];
        foreach ((int number, string line) in BoundedLines.Read(reader, MaximumLine, path, "a file of trees, one a line"))
        {
            if (trees.Count == limit)
                throw new InvalidDataException($"{path}, line {number}: expected at most {limit} trees. Raise the limit.");
            try
            {
                trees.Add(LabelledTree.Parse(line));
            }
            catch (FormatException exception)
            {
                throw new InvalidDataException($"{path}, line {number}: {exception.Message}", exception);
            }
        }

        return trees;
    }
}
