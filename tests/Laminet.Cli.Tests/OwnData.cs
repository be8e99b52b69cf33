using System.Globalization;
using System.Text;

namespace Laminet.Cli.Tests;

/// <summary>Small data for networks with a training of their own: trees, stories, a text, recordings.</summary>
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

    /// <summary>Writes a text of words in random order, text.txt.</summary>
    public static void WriteText(CommandLine line, int words)
    {
        Random random = new(1);
        string[] known = ["network", "layer", "gradient", "unit", "weight", "sequence"];
        File.WriteAllText(line.At("text.txt"), string.Join(' ', Enumerable.Range(0, words).Select(_ => known[random.Next(known.Length)])) + ".\n");
    }

    /// <summary>Writes a folder sounds with recordings of ten words, each of two tones of which one rises, as 16-bit WAV; a quarter is the test part.</summary>
    public static void WriteSounds(CommandLine line, int count)
    {
        Random random = new(1);
        Directory.CreateDirectory(line.At("sounds"));
        for (int i = 0; i < count; i++)
        {
            (int digit, int speaker, int length) = (i % 10, i / 10, random.Next(2000, 4000));
            using BinaryWriter file = new(File.Create(line.At("sounds", $"{digit}_speaker{speaker}_{(speaker % 4 == 0 ? 0 : 5)}.wav")));
            file.Write("RIFF"u8);
            file.Write(36 + (2 * length));
            file.Write("WAVEfmt "u8);
            foreach (int number in (int[])[16, 0x10001, 8000, 16000, 0x100002])
                file.Write(number);
            file.Write("data"u8);
            file.Write(2 * length);
            double first = 300 + (60 * digit) + (10 * random.NextDouble()), second = 2500 - (300 * (digit % 5)) + (10 * random.NextDouble());
            for (int t = 0; t < length; t++)
                file.Write((short)(8000 * (Math.Sin(2 * Math.PI * (first + (200.0 * t / length)) * t / 8000) + (0.5 * Math.Sin(2 * Math.PI * second * t / 8000)) + (0.5 * random.NextDouble()))));
        }
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
