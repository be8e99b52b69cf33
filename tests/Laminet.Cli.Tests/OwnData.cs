using System.Globalization;
using System.Text;

namespace Laminet.Cli.Tests;

/// <summary>Small data for networks of trees and of stories, from which nothing is learned without reading the whole.</summary>
internal static class OwnData
{
    /// <summary>Writes a folder trees and a folder stories.</summary>
    public static void Write(CommandLine line, int trees, int stories)
    {
        Directory.CreateDirectory(line.At("trees"));
        Directory.CreateDirectory(line.At("stories"));
        foreach ((int seed, string part, int count) in ((int, string, int)[])[(1, "train", trees), (2, "dev", trees / 2), (3, "test", trees / 2)])
            File.WriteAllLines(line.At("trees", part + ".txt"), Negations(count, seed));
        foreach ((int seed, string part) in ((int, string)[])[(1, "train"), (2, "test")])
            File.WriteAllText(line.At("stories", $"walks_{part}.txt"), Walks(seed == 1 ? stories : stories / 2, seed));
    }

    // "not" mirrors the sentiment of what follows it. A number makes each sentence another one, and says nothing.
    private static IEnumerable<string> Negations(int count, int seed)
    {
        Random random = new(seed);
        string[] words = ["awful", "dull", "film", "good", "superb"];
        for (int i = 0; i < count; i++)
        {
            int value = random.Next(5);
            string tree = $"({value} {words[value]})";
            for (int depth = random.Next(3); depth > 0; depth--)
                tree = random.Next(2) == 0 ? $"({value} (2 so) {tree})" : $"({value = 4 - value} (2 not) {tree})";
            yield return string.Create(CultureInfo.InvariantCulture, $"({value} (2 n{seed}{i}) {tree})");
        }
    }

    // People walk from place to place; where was one last?
    private static string Walks(int count, int seed)
    {
        Random random = new(seed);
        StringBuilder text = new();
        for (int story = 0; story < count; story++)
        {
            Dictionary<string, string> where = [];
            int length = random.Next(2, 6);
            for (int number = 1; number <= length; number++)
            {
                string person = $"person{random.Next(3)}";
                where[person] = $"place{random.Next(3)}";
                text.Append(CultureInfo.InvariantCulture, $"{number} {person} went to {where[person]}.\n");
            }

            (string who, string place) = where.ElementAt(random.Next(where.Count));
            text.Append(CultureInfo.InvariantCulture, $"{length + 1} where is {who}?\t{place}\n");
        }

        return text.ToString();
    }
}
