using System.Globalization;
using Laminet.Zoo.Datasets;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Stories with questions, as in the bAbI tasks.</summary>
internal sealed record StoryData(string Key, string Name, string Sha256) : OwnData(Key, Name, Sha256)
{
    private const string End = "_train.txt", TestEnd = "_test.txt", Expected = $"expected the training file of a bAbI task, NAME{End}, or a folder with one task";
    // As many as the network needs, which holds back a tenth.
    private const int Fewest = 10;

    public static OwnSource Source { get; } = new(KeyOf, Load);

    public required IReadOnlyList<StoryQuestion> Train { get; init; }

    public required IReadOnlyList<StoryQuestion> Test { get; init; }

    public override int Count => Train.Count;

    public override string Unit => "questions";

    public override string Sizes => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} training, {Test.Count:N0} test questions");

    private static string KeyOf(Surroundings surroundings, string? asked)
    {
        if (asked is null)
            throw new UsageException($"--data is missing; {Expected}.");
        string path = surroundings.FullPath(asked);
        if (Directory.Exists(path))
        {
            string[] tasks = [.. Directory.EnumerateFiles(path, "*" + End).OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal)];
            path = tasks switch
            {
                [var only] => only,
                [] => throw new UsageException($"--data: the folder '{asked}' has no file NAME{End}; {Expected}."),
                _ => throw new UsageException($"--data: the folder '{asked}' has {tasks.Length} tasks, and a network learns one. Name its file, such as --data {surroundings.Typed(tasks[0])}"),
            };
        }

        if (!path.EndsWith(End, StringComparison.Ordinal))
            throw new UsageException($"--data: received '{asked}'; {Expected}.");
        foreach (string file in (string[])[path, TestOf(path)])
        {
            if (!File.Exists(file))
                throw new UsageException($"--data: there is no file {surroundings.Typed(file)}; {Expected}, and NAME{TestEnd} beside it.");
        }

        return path;
    }

    private static StoryData Load(string path, int? limit)
    {
        IReadOnlyList<StoryQuestion> train = StoryQuestion.Read(path), test = StoryQuestion.Read(TestOf(path));
        if (train.Count < Fewest || test.Count == 0)
            throw new UsageException($"--data: received {train.Count} questions in {path} and {test.Count} in {TestOf(path)}; expected at least {Fewest} to learn from and one to test.");
        return new StoryData(path, Path.GetFileName(path)[..^End.Length], SumOf([path, TestOf(path)])) { Train = First(train, limit), Test = First(test, limit) };
    }

    private static string TestOf(string path) => path[..^End.Length] + TestEnd;
}
