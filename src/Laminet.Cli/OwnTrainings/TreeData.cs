using System.Globalization;
using Laminet.Zoo.Datasets;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Trees of sentences whose every phrase has a sentiment from 0 to 4, as the Stanford Sentiment Treebank has them.</summary>
internal sealed record TreeData(string Key, string Name, string Sha256) : OwnData(Key, Name, Sha256)
{
    private const string Expected = "expected a folder with train.txt, dev.txt and test.txt, trees in brackets as in the Stanford Sentiment Treebank";

    private static readonly string[] Parts = ["train.txt", "dev.txt", "test.txt"];

    public static OwnSource Source { get; } = new(KeyOf, Load);

    /// <summary>The sentiments, in order.</summary>
    public static IReadOnlyList<string> Sentiments { get; } = ["very negative", "negative", "neutral", "positive", "very positive"];

    public required IReadOnlyList<LabelledTree> Train { get; init; }

    /// <summary>Those that choose the epoch.</summary>
    public required IReadOnlyList<LabelledTree> Dev { get; init; }

    public required IReadOnlyList<LabelledTree> Test { get; init; }

    public override int Count => Train.Count;

    public override string Unit => "trees";

    public override string Sizes => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} training, {Dev.Count:N0} validation, {Test.Count:N0} test trees");

    private static string KeyOf(Surroundings surroundings, string? asked)
    {
        string folder = FolderOf(surroundings, asked, Expected);
        return Parts.FirstOrDefault(part => !File.Exists(Path.Combine(folder, part))) is { } missing
            ? throw new UsageException($"--data: the folder '{asked}' has no {missing}; {Expected}.{(File.Exists(Path.Combine(folder, missing + ".xz")) ? $" Unpack {missing}.xz first." : "")}") : folder;
    }

    private static TreeData Load(string folder, int? limit)
    {
        string[] paths = [.. Parts.Select(part => Path.Combine(folder, part))];
        IReadOnlyList<LabelledTree>[] all = [.. paths.Select(Read)];
        // A file of training trees may hold those of the other parts too.
        HashSet<string> held = [.. all[1].Concat(all[2]).Select(tree => tree.Text)];
        LabelledTree[] train = [.. all[0].Where(tree => !held.Contains(tree.Text))];
        if (train.Length == 0)
            throw new UsageException($"--data: all {all[0].Count} trees of {paths[0]} are in dev.txt or test.txt too; expected others to learn from.");
        IReadOnlyList<LabelledTree> dev = First(all[1], limit), test = First(all[2], limit);
        foreach ((IReadOnlyList<LabelledTree> part, string path) in ((IReadOnlyList<LabelledTree>, string)[])[(dev, paths[1]), (test, paths[2])])
        {
            if (part.All(tree => tree.Label == Sentiments.Count / 2))
                throw new UsageException($"--data: {path}{(limit is null ? "" : $", of which --limit leaves {part.Count},")} has only neutral sentences; expected positive or negative ones too.");
        }

        return new TreeData(folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), SumOf(paths)) { Train = First(train, limit), Dev = dev, Test = test };
    }

    private static IReadOnlyList<LabelledTree> Read(string path)
    {
        IReadOnlyList<LabelledTree> trees = Treebank.Read(path);
        if (trees.Count == 0)
            throw new UsageException($"--data: {path} has no tree; expected one a line.");
        foreach ((int i, LabelledTree tree) in trees.Index())
        {
            if (tree.Nodes.FirstOrDefault(node => node.Label >= Sentiments.Count) is { Label: > 0 } wrong)
                throw new UsageException($"--data: {path}, tree {i + 1} has the label {wrong.Label}; expected 0 to {Sentiments.Count - 1}, {Sentiments[0]} to {Sentiments[^1]}.");
        }

        return trees;
    }
}
